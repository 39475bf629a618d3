/** The account's settings, as operations find and change them. */
import type { AccountRecord } from '../records.ts'
import type { Look, Rooms } from '../service.ts'

/** The account's record, or what it would be for an account that was never set up. */
export function settingsOf({ identities, caller, draws }: Rooms): AccountRecord {
  const record = identities.findAccount(caller.account)
  return record ?? { createdAt: draws.at, rootAccessKeyIds: [] }
}

/**
 * Whether the account lets its users change their own passwords without a policy that says so. Such a
 * user need only not be denied it.
 */
export function usersMayChange({ identities, caller }: Look): boolean {
  const record = identities.findAccount(caller.account)
  return record?.passwordPolicy?.usersMayChange ?? false
}
