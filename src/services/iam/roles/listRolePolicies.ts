/**
 * The names of the inline policies of a role.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
 */
import { find } from '../entity.ts'
import { listInline } from '../inline.ts'
import { operation } from '../service.ts'

export const listRolePolicies = operation('ListRolePolicies', {
  action: 'iam:ListRolePolicies',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),
  run: (_rooms, input, { record }) => listInline(record, input),
})
