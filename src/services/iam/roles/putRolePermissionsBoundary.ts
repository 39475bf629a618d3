/**
 * Bounds what the policies of a role can allow. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
 */
import { boundaryContext, putBoundary } from '../boundary.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const putRolePermissionsBoundary = operation('PutRolePermissionsBoundary', {
  action: 'iam:PutRolePermissionsBoundary',
  touches: (look, { RoleName, PermissionsBoundary }) =>
    find(look, 'role', RoleName, boundaryContext(PermissionsBoundary)),
  run: (rooms, { PermissionsBoundary }, { record }) =>
    putBoundary(rooms, record, PermissionsBoundary),
})
