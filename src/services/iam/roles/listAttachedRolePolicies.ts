/**
 * The managed policies that are attached to a role.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
 */
import { listAttached } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const listAttachedRolePolicies = operation('ListAttachedRolePolicies', {
  action: 'iam:ListAttachedRolePolicies',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),
  run: (_rooms, input, { record }) => listAttached(record, input),
})
