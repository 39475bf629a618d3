/**
 * Adds tags to a user, or changes their values.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'
import { requestTags, withTags } from '../tags.ts'

export const tagUser = operation('TagUser', {
  action: 'iam:TagUser',
  touches: (look, { UserName, Tags }) => find(look, 'user', UserName, requestTags(Tags)),

  run({ identities }, { Tags }, { record }) {
    const tags = withTags('user', record.tags, Tags)
    identities.replace(record, { ...record, tags })
    return done
  },
})
