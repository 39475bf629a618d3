/**
 * The key that signs digest files: made when it is first needed, kept in the store, its public half
 * told by ListPublicKeys. One for the deployment, as AWS has one for a region.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
 */
import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { base64 } from '../../lib/bytes.ts'
import { type Clock, dayMs } from '../../lib/clock.ts'
import type { Attempt } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'
import type { Store } from '../../store/store.ts'
import { type DigestSigner, sha256 } from './digest.ts'

interface DigestKeyRecord {
  /** PKCS #8, DER. */
  readonly privateKey: string
  readonly createdAt: number
}

export interface DigestPublicKey {
  /** PKCS #1, DER. */
  readonly bytes: Uint8Array
  readonly fingerprint: string
  readonly fromAt: number
  readonly toAt: number
}

const digestKeys = collection<DigestKeyRecord>('audit-digest-keys')
const only = 'current'
const modulusBits = 2048
const validDays = 10 * 365
/** As long as CloudTrail's. */
const fingerprintChars = 32

/** The public halves that digests were ever signed under. */
export function publicKeys(attempt: Attempt): DigestPublicKey[] {
  const record = attempt.get(digestKeys, only)
  return record ? [publicHalf(record)] : []
}

/** The key that signs now. */
export async function digestSigner(store: Store, clock: Clock): Promise<DigestSigner> {
  const record =
    (await store.see((look) => look.get(digestKeys, only))) ?? (await make(store, clock))
  const { fingerprint } = publicHalf(record)
  return { privateKey: privateHalf(record), fingerprint }
}

/** Another may be quicker: the first that is there stays. */
async function make(store: Store, clock: Clock): Promise<DigestKeyRecord> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: modulusBits })
  const privateKey = base64(pair.privateKey.export({ type: 'pkcs8', format: 'der' }))
  return store.attempt((attempt) => {
    const known = attempt.get(digestKeys, only)
    if (known) return known
    const record = { privateKey, createdAt: clock.now() }
    attempt.put(digestKeys, [only], record)
    return record
  })
}

const privateHalf = ({ privateKey }: DigestKeyRecord) =>
  createPrivateKey({ key: Buffer.from(privateKey, 'base64'), type: 'pkcs8', format: 'der' })

function publicHalf(record: DigestKeyRecord): DigestPublicKey {
  const bytes = createPublicKey(privateHalf(record)).export({ type: 'pkcs1', format: 'der' })
  return {
    bytes,
    fingerprint: sha256(bytes).slice(0, fingerprintChars),
    fromAt: record.createdAt,
    toAt: record.createdAt + validDays * dayMs,
  }
}
