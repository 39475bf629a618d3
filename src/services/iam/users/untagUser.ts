/**
 * Takes tags from a user; one that it does not have is no error.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'
import { requestTagKeys, withoutTags } from '../tags.ts'

export const untagUser = operation('UntagUser', {
  action: 'iam:UntagUser',
  touches: (look, { UserName, TagKeys }) => find(look, 'user', UserName, requestTagKeys(TagKeys)),

  run({ identities }, { TagKeys }, { record }) {
    const tags = withoutTags('user', record.tags, TagKeys)
    identities.replace(record, { ...record, tags })
    return done
  },
})
