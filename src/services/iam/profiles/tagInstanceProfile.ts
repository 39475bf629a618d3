/**
 * Adds tags to an instance profile, or changes their values.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'
import { requestTags, withTags } from '../tags.ts'

export const tagInstanceProfile = operation('TagInstanceProfile', {
  action: 'iam:TagInstanceProfile',
  touches: (look, { InstanceProfileName, Tags }) =>
    find(look, 'profile', InstanceProfileName, requestTags(Tags)),

  run({ identities }, { Tags }, { record }) {
    const tags = withTags('profile', record.tags, Tags)
    identities.replace(record, { ...record, tags })
    return done
  },
})
