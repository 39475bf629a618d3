/**
 * The managed policies that are attached to a user.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
 */
import { listAttached } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const listAttachedUserPolicies = operation('ListAttachedUserPolicies', {
  action: 'iam:ListAttachedUserPolicies',
  touches: (look, { UserName }) => find(look, 'user', UserName),
  run: (_rooms, input, { record }) => listAttached(record, input),
})
