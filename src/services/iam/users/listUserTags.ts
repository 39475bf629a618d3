/**
 * The tags of a user, by key.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
 */
import { find } from '../entity.ts'
import { operation } from '../service.ts'
import { tagPage } from '../tags.ts'

export const listUserTags = operation('ListUserTags', {
  action: 'iam:ListUserTags',
  touches: (look, { UserName }) => find(look, 'user', UserName),
  run: (_rooms, input, { record }) => tagPage(record.tags, input),
})
