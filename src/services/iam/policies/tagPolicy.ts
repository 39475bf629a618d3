/**
 * Adds tags to a managed policy, or changes their values.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html
 */
import { done, operation } from '../service.ts'
import { requestTags, withTags } from '../tags.ts'
import { findPolicy, mustBeOwn } from './policy.ts'

export const tagPolicy = operation('TagPolicy', {
  action: 'iam:TagPolicy',
  touches: (look, { PolicyArn, Tags }) => findPolicy(look, PolicyArn, requestTags(Tags)),

  run({ identities }, { Tags }, { record }) {
    mustBeOwn(record)
    const tags = withTags('policy', record.tags, Tags)
    identities.replace(record, { ...record, tags })
    return done
  },
})
