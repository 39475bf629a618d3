/**
 * A key's policy as it was put, or AWS's default.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
import { findKey } from './key.ts'
import { mustBePolicyName, policyName, policyTextOf } from './policy.ts'
import { operation } from './service.ts'

export const getKeyPolicy = operation('GetKeyPolicy', {
  action: 'kms:GetKeyPolicy',
  touches: (look, input) => findKey(look, input),

  run(_rooms, input, { shelf, record }) {
    mustBePolicyName(input.PolicyName)
    return { Policy: policyTextOf(shelf, record), PolicyName: policyName }
  },
})
