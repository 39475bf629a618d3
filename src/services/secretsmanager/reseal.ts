/**
 * The versions in use under the key that their secret has now. One that the caller may not open under
 * its old key stays as it is and keeps needing that key: AWS does not make a change of key fail for it.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-encryption-key.html
 */
import { Fault } from '../../lib/fault.ts'
import { current, holderOf, pending, previous } from './labels.ts'
import type { Secret } from './secret.ts'
import type { Rooms } from './service.ts'
import type { Filled, Vault } from './vault.ts'
import { isFilled } from './version.ts'

/** Seals AWSCURRENT, AWSPENDING and AWSPREVIOUS anew. `secret` has its new key already. */
export function resealInUse(rooms: Rooms, secret: Secret): void {
  const { shelf, record } = secret
  const inUse = new Set([current, pending, previous].map((name) => holderOf(record.labels, name)))
  for (const id of inUse) {
    const version = id && rooms.secrets.findVersion(shelf, record, id)
    if (version && isFilled(version)) reseal(rooms, secret, version)
  }
}

function reseal({ secrets, vault }: Rooms, secret: Secret, version: Filled): void {
  const bytes = openedBy(vault, secret, version)
  if (!bytes) return
  try {
    const content = vault.seal(secret, version.id, { kind: version.content.kind, bytes })
    secrets.replaceVersion(secret.shelf, secret.record, { ...version, content })
  } finally {
    bytes.fill(0)
  }
}

const oldKeyFaults: ReadonlySet<string> = new Set(['AccessDeniedException', 'DecryptionFailure'])

function openedBy(vault: Vault, secret: Secret, version: Filled): Buffer | undefined {
  try {
    return vault.open(secret, version)
  } catch (thrown) {
    if (thrown instanceof Fault && oldKeyFaults.has(thrown.code)) return undefined
    throw thrown
  }
}
