/** What policies would say: the operations. */
import type { Operation } from '../../operation.ts'
import { getContextKeysForCustomPolicy } from './getContextKeysForCustomPolicy.ts'
import { getContextKeysForPrincipalPolicy } from './getContextKeysForPrincipalPolicy.ts'
import { simulateCustomPolicy } from './simulateCustomPolicy.ts'
import { simulatePrincipalPolicy } from './simulatePrincipalPolicy.ts'

export const simulation: readonly Operation[] = [
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
]
