/**
 * Bounds what the policies of a user can allow. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
 */
import { boundaryContext, putBoundary } from '../boundary.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const putUserPermissionsBoundary = operation('PutUserPermissionsBoundary', {
  action: 'iam:PutUserPermissionsBoundary',
  touches: (look, { UserName, PermissionsBoundary }) =>
    find(look, 'user', UserName, boundaryContext(PermissionsBoundary)),
  run: (rooms, { PermissionsBoundary }, { record }) =>
    putBoundary(rooms, record, PermissionsBoundary),
})
