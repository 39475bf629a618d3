/**
 * Gives a user an inline policy, or another text to one that it has. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
 */
import { find } from '../entity.ts'
import { putInline } from '../inline.ts'
import { operation } from '../service.ts'

export const putUserPolicy = operation('PutUserPolicy', {
  action: 'iam:PutUserPolicy',
  touches: (look, { UserName }) => find(look, 'user', UserName),
  run: (rooms, input, { record }) => putInline(rooms, record, input),
})
