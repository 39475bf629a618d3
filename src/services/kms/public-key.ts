/** The public half of an asymmetric key: it stands in the clear beside the sealed private one. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { parseBase64 } from '../../lib/bytes.ts'
import { once } from '../../lib/once.ts'
import type { MaterialRecord } from './records.ts'
import { fault, type Rooms } from './service.ts'
import type { Key } from './subject.ts'
import { currentMaterial } from './symmetric.ts'

/** SubjectPublicKeyInfo. */
export function publicDerOf(rooms: Rooms, key: Key): Buffer {
  const { record } = currentMaterial(rooms, key)
  const der = parseBase64(record.publicKey ?? '')
  if (!der || der.length === 0) {
    throw fault('UnsupportedOperationException', `${key.arn} has no public key.`)
  }
  return der
}

/** Ready to verify or encrypt with. */
export const publicKeyOf = once((record: MaterialRecord): KeyObject => {
  const der = Buffer.from(record.publicKey ?? '', 'base64')
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
})
