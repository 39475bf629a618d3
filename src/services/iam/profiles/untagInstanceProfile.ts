/**
 * Takes tags from an instance profile; one that it does not have is no error.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'
import { requestTagKeys, withoutTags } from '../tags.ts'

export const untagInstanceProfile = operation('UntagInstanceProfile', {
  action: 'iam:UntagInstanceProfile',
  touches: (look, { InstanceProfileName, TagKeys }) =>
    find(look, 'profile', InstanceProfileName, requestTagKeys(TagKeys)),

  run({ identities }, { TagKeys }, { record }) {
    const tags = withoutTags('profile', record.tags, TagKeys)
    identities.replace(record, { ...record, tags })
    return done
  },
})
