/**
 * A managed policy without its text, which is in its versions.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
 */
import { operation } from '../service.ts'
import { findPolicy, policyView } from './policy.ts'

export const getPolicy = operation('GetPolicy', {
  action: 'iam:GetPolicy',
  touches: (look, { PolicyArn }) => findPolicy(look, PolicyArn),

  run({ identities, caller }, _input, { record }) {
    const { description, tags } = record
    return {
      Policy: {
        ...policyView(identities, caller.account, record),
        ...(description !== undefined && { Description: description }),
        Tags: tags,
      },
    }
  },
})
