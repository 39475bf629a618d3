/**
 * The names of the inline policies of a user.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
 */
import { find } from '../entity.ts'
import { listInline } from '../inline.ts'
import { operation } from '../service.ts'

export const listUserPolicies = operation('ListUserPolicies', {
  action: 'iam:ListUserPolicies',
  touches: (look, { UserName }) => find(look, 'user', UserName),
  run: (_rooms, input, { record }) => listInline(record, input),
})
