/**
 * Data key pairs: an asymmetric pair for the caller's own use, its private half sealed.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#data-key-pairs
 */
import type { DataKeyPairSpec } from '../../contract/generated/kms.ts'
import { exportPrivate, exportPublic, makePair } from '../../keyring/pairs.ts'
import { mustSealDataKeys } from './data-key.ts'
import { fault, type Rooms } from './service.ts'
import { findSpec } from './spec.ts'
import { mustNotBeDryRun } from './state.ts'
import type { Key } from './subject.ts'
import { sealBlob } from './symmetric.ts'

export interface PairWish {
  readonly KeyPairSpec: DataKeyPairSpec
  readonly EncryptionContext?: Readonly<Record<string, string>> | undefined
  readonly DryRun?: boolean | undefined
}

/** Throws for a pair that AWS makes and we can't. */
export function mustBePairSpec(spec: DataKeyPairSpec): void {
  if (findSpec(spec)) return
  throw fault('UnsupportedOperationException', `KeyPairSpec ${spec} is not supported.`)
}

/** A new pair. The caller wipes the private half if it does not hand it out. */
export async function makeDataKeyPair(rooms: Rooms, key: Key, wish: PairWish, operation: string) {
  mustSealDataKeys(key, operation)
  mustNotBeDryRun(wish)
  const material = findSpec(wish.KeyPairSpec)?.material
  if (!material || 'bytes' in material) throw new Error(`${wish.KeyPairSpec} is no pair`)
  // An attempt that is run again uses the same pair: making one takes up to seconds.
  const pair = await rooms.draws.draw('data key pair', () => makePair(material))
  const plain = exportPrivate(pair.privateKey)
  const sealed = sealBlob(rooms, key, plain, wish.EncryptionContext)
  return { plain, publicKey: exportPublic(pair.publicKey), ...sealed }
}
