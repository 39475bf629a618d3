/**
 * Another policy for a key, unless its author could not change it again.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
 */
import { findKey, keyOf } from './key.ts'
import { mustNotLockOut } from './lockout.ts'
import { mustBePolicyName, parseKeyPolicy } from './policy.ts'
import { operation } from './service.ts'

export const putKeyPolicy = operation('PutKeyPolicy', {
  action: 'kms:PutKeyPolicy',

  touches(look, input) {
    mustBePolicyName(input.PolicyName)
    parseKeyPolicy(input.Policy)
    const bypass = input.BypassPolicyLockoutSafetyCheck ?? false
    return findKey(look, input, {
      context: { 'kms:BypassPolicyLockoutSafetyCheck': String(bypass) },
    })
  },

  run(rooms, { Policy: policy, BypassPolicyLockoutSafetyCheck: bypass }, { shelf, record }) {
    const changed = { ...record, policy }
    if (!bypass) mustNotLockOut(rooms, keyOf(rooms, shelf, changed))
    rooms.keys.put(shelf, changed, record)
    return {}
  },
})
