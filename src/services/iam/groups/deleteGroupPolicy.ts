/**
 * Takes an inline policy from a group. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html
 */
import { find } from '../entity.ts'
import { deleteInline } from '../inline.ts'
import { operation } from '../service.ts'

export const deleteGroupPolicy = operation('DeleteGroupPolicy', {
  action: 'iam:DeleteGroupPolicy',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),
  run: (rooms, { PolicyName }, { record }) => deleteInline(rooms, record, PolicyName),
})
