/**
 * Adds tags to a role, or changes their values.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'
import { requestTags, withTags } from '../tags.ts'

export const tagRole = operation('TagRole', {
  action: 'iam:TagRole',
  touches: (look, { RoleName, Tags }) => find(look, 'role', RoleName, requestTags(Tags)),

  run({ identities }, { Tags }, { record }) {
    const tags = withTags('role', record.tags, Tags)
    identities.replace(record, { ...record, tags })
    return done
  },
})
