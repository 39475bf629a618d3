/** The public half of an asymmetric key: it stands in the clear beside the sealed private one. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { parseBase64 } from '../../lib/bytes.ts'
import type { MaterialRecord } from './records.ts'
import { fault, type Rooms } from './service.ts'
import type { Key } from './subject.ts'
import { currentMaterial } from './symmetric.ts'

/** SubjectPublicKeyInfo. */
export async function publicDerOf(rooms: Rooms, key: Key): Promise<Buffer> {
  const { record } = await currentMaterial(rooms, key)
  const der = parseBase64(record.publicKey ?? '')
  if (!der || der.length === 0) {
    throw fault('UnsupportedOperationException', `${key.arn} has no public key.`)
  }
  return der
}

const opened = new WeakMap<MaterialRecord, KeyObject>()

/** Ready to verify or encrypt with. */
export function publicKeyOf(record: MaterialRecord): KeyObject {
  const known = opened.get(record)
  if (known) return known
  const der = Buffer.from(record.publicKey ?? '', 'base64')
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  opened.set(record, key)
  return key
}
