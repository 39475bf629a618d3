/**
 * Takes tags from a managed policy; one that it does not have is no error.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html
 */
import { done, operation } from '../service.ts'
import { requestTagKeys, withoutTags } from '../tags.ts'
import { findPolicy, mustBeOwn } from './policy.ts'

export const untagPolicy = operation('UntagPolicy', {
  action: 'iam:UntagPolicy',
  touches: (look, { PolicyArn, TagKeys }) => findPolicy(look, PolicyArn, requestTagKeys(TagKeys)),

  run({ identities }, { TagKeys }, { record }) {
    mustBeOwn(record)
    const tags = withoutTags('policy', record.tags, TagKeys)
    identities.replace(record, { ...record, tags })
    return done
  },
})
