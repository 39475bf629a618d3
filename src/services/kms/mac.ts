/**
 * Message authentication codes.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html
 */
import { createHmac } from 'node:crypto'
import type { MacAlgorithmSpec } from '../../contract/generated/kms.ts'
import type { Rooms } from './service.ts'
import { specOf } from './spec.ts'
import { mustBeFor, mustKnow } from './state.ts'
import type { Key } from './subject.ts'
import { openCurrent } from './symmetric.ts'

const hashes: Readonly<Record<MacAlgorithmSpec, string>> = {
  HMAC_SHA_224: 'sha224',
  HMAC_SHA_256: 'sha256',
  HMAC_SHA_384: 'sha384',
  HMAC_SHA_512: 'sha512',
}

/** How a key authenticates by this algorithm. Throws for one that can't. */
export function macUnder(key: Key, algorithm: MacAlgorithmSpec, operation: string) {
  mustBeFor(key, 'GENERATE_VERIFY_MAC', operation)
  mustKnow(key, specOf(key.record.spec).macs, algorithm)
  return (rooms: Rooms, message: Uint8Array): Buffer => {
    const { key: secret } = openCurrent(rooms, key)
    return createHmac(hashes[algorithm], secret).update(message).digest()
  }
}
