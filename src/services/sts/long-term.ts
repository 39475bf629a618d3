/** Operations that only long-term credentials may call, so that a session cannot prolong itself. */
import type { AccountId } from '../../lib/brand.ts'
import { fault, type Rooms } from './service.ts'

export const sessionSecondsDefault = 43_200
export const rootSecondsMax = 3600

interface Holder {
  readonly account: AccountId
  /** Absent for root. */
  readonly userId?: string
  readonly userName?: string
}

/** Who holds the long-term credentials of this call. Throws AccessDeniedException. */
export function mustHoldKeys({ caller }: Rooms, operationName: string): Holder {
  const { kind, account, userName, principalId } = caller
  if (caller.session || (kind !== 'user' && kind !== 'root')) {
    throw fault('AccessDeniedException', `Cannot call ${operationName} with session credentials`)
  }
  if (kind === 'root') return { account }
  return { account, userId: principalId, ...(userName !== undefined && { userName }) }
}
