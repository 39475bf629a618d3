/**
 * For drills of backups: opens the value of any version, as nobody in particular. It gives nothing
 * away but that it opened; no operation may use it.
 */
import type { DataKeys } from '../../keyring/envelope.ts'
import type { AccountId } from '../../lib/brand.ts'
import { boundOf } from './kms.ts'
import { arnOf } from './name.ts'
import type { SecretRecord } from './records.ts'
import type { SecretReader } from './store.ts'
import { Vault } from './vault.ts'
import { isFilled } from './version.ts'

/** Opens a data key that KMS sealed in a region. */
export type OpenDataKey = (
  region: string,
  sealed: Uint8Array,
  context: Readonly<Record<string, string>>,
) => ReturnType<DataKeys['open']>

/**
 * Opens one version's value, by the parts of its record's key, and wipes it. False for a version that
 * holds none yet. Throws what opening throws.
 */
export function proveValue(
  secrets: SecretReader,
  open: OpenDataKey,
  [account = '', region = '', name = '', suffix = '', id = '']: readonly string[],
): boolean {
  const shelf = { account: account as AccountId, region }
  // All that a version's key is made of.
  const record = { name, suffix } as SecretRecord
  const version = secrets.findVersion(shelf, record, id)
  if (!version || !isFilled(version)) return false
  const vault = new Vault(() => ({
    generate: () => {
      throw new Error('a drill seals nothing')
    },
    open: (sealed, context) => open(region, sealed, boundOf(context)),
  }))
  const value = vault.open({ arn: arnOf(shelf, name, suffix), shelf, record }, version)
  value.fill(0)
  return true
}
