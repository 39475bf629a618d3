/**
 * Gives a group an inline policy, or another text to one that it has. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html
 */
import { find } from '../entity.ts'
import { putInline } from '../inline.ts'
import { operation } from '../service.ts'

export const putGroupPolicy = operation('PutGroupPolicy', {
  action: 'iam:PutGroupPolicy',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),
  run: (rooms, input, { record }) => putInline(rooms, record, input),
})
