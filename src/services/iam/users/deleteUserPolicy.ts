/**
 * Takes an inline policy from a user. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
 */
import { find } from '../entity.ts'
import { deleteInline } from '../inline.ts'
import { operation } from '../service.ts'

export const deleteUserPolicy = operation('DeleteUserPolicy', {
  action: 'iam:DeleteUserPolicy',
  touches: (look, { UserName }) => find(look, 'user', UserName),
  run: (rooms, { PolicyName }, { record }) => deleteInline(rooms, record, PolicyName),
})
