/**
 * Takes an inline policy from a role. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
 */
import { find } from '../entity.ts'
import { deleteInline } from '../inline.ts'
import { operation } from '../service.ts'

export const deleteRolePolicy = operation('DeleteRolePolicy', {
  action: 'iam:DeleteRolePolicy',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),
  run: (rooms, { PolicyName }, { record }) => deleteInline(rooms, record, PolicyName),
})
