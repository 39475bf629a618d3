/**
 * The names of the inline policies of a group.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html
 */
import { find } from '../entity.ts'
import { listInline } from '../inline.ts'
import { operation } from '../service.ts'

export const listGroupPolicies = operation('ListGroupPolicies', {
  action: 'iam:ListGroupPolicies',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),
  run: (_rooms, input, { record }) => listInline(record, input),
})
