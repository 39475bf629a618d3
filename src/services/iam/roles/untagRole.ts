/**
 * Takes tags from a role; one that it does not have is no error.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'
import { requestTagKeys, withoutTags } from '../tags.ts'

export const untagRole = operation('UntagRole', {
  action: 'iam:UntagRole',
  touches: (look, { RoleName, TagKeys }) => find(look, 'role', RoleName, requestTagKeys(TagKeys)),

  run({ identities }, { TagKeys }, { record }) {
    const tags = withoutTags('role', record.tags, TagKeys)
    identities.replace(record, { ...record, tags })
    return done
  },
})
