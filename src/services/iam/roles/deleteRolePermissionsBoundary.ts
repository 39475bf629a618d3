/**
 * Takes the boundary away: the policies of a role hold without limit again.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
 */
import { deleteBoundary } from '../boundary.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const deleteRolePermissionsBoundary = operation('DeleteRolePermissionsBoundary', {
  action: 'iam:DeleteRolePermissionsBoundary',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),
  run: (rooms, _input, { record }) => deleteBoundary(rooms, record),
})
