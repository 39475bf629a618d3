/**
 * Gives a role an inline policy, or another text to one that it has. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
import { find } from '../entity.ts'
import { putInline } from '../inline.ts'
import { operation } from '../service.ts'

export const putRolePolicy = operation('PutRolePolicy', {
  action: 'iam:PutRolePolicy',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),
  run: (rooms, input, { record }) => putInline(rooms, record, input),
})
