/**
 * The managed policies that are attached to a group.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html
 */
import { listAttached } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const listAttachedGroupPolicies = operation('ListAttachedGroupPolicies', {
  action: 'iam:ListAttachedGroupPolicies',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),
  run: (_rooms, input, { record }) => listAttached(record, input),
})
