/**
 * The tags of an instance profile, by key.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html
 */
import { find } from '../entity.ts'
import { operation } from '../service.ts'
import { tagPage } from '../tags.ts'

export const listInstanceProfileTags = operation('ListInstanceProfileTags', {
  action: 'iam:ListInstanceProfileTags',
  touches: (look, { InstanceProfileName }) => find(look, 'profile', InstanceProfileName),
  run: (_rooms, input, { record }) => tagPage(record.tags, input),
})
