/**
 * The names of a key's policies: always just one.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html
 */
import { findKey } from './key.ts'
import { policyName } from './policy.ts'
import { operation } from './service.ts'

export const listKeyPolicies = operation('ListKeyPolicies', {
  action: 'kms:ListKeyPolicies',
  touches: (look, input) => findKey(look, input),
  run: () => ({ PolicyNames: [policyName], Truncated: false }),
})
