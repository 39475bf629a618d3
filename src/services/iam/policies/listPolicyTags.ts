/**
 * The tags of a managed policy, by key.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html
 */
import { operation } from '../service.ts'
import { tagPage } from '../tags.ts'
import { findPolicy } from './policy.ts'

export const listPolicyTags = operation('ListPolicyTags', {
  action: 'iam:ListPolicyTags',
  touches: (look, { PolicyArn }) => findPolicy(look, PolicyArn),
  run: (_rooms, input, { record }) => tagPage(record.tags, input),
})
