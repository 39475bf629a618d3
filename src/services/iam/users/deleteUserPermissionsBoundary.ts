/**
 * Takes the boundary away: the policies of a user hold without limit again.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
 */
import { deleteBoundary } from '../boundary.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const deleteUserPermissionsBoundary = operation('DeleteUserPermissionsBoundary', {
  action: 'iam:DeleteUserPermissionsBoundary',
  touches: (look, { UserName }) => find(look, 'user', UserName),
  run: (rooms, _input, { record }) => deleteBoundary(rooms, record),
})
