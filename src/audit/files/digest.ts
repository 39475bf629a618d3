/**
 * Digest files: each names the log files that were delivered since the one before, with their hashes,
 * and is signed together with its predecessor's signature, so that a file that is altered, removed or
 * put in between is found.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */
import { createHash, type KeyObject, sign } from 'node:crypto'
import { isoSeconds } from '../../lib/clock.ts'
import { type Destination, digestObject, type Shelf } from './layout.ts'

/** A log file as digests list it. */
export interface LogFile {
  readonly object: string
  readonly hash: string
  readonly newestEventTime: string
  readonly oldestEventTime: string
}

/** The digest before this one. */
export interface Previous {
  readonly object: string
  readonly hash: string
  readonly signature: string
}

export interface DigestWish {
  readonly to: Destination
  readonly shelf: Shelf
  readonly startAt: number
  readonly endAt: number
  readonly logs: readonly LogFile[]
  readonly previous: Previous | undefined
}

/** A key that signs digests, as its holder lends it. */
export interface DigestSigner {
  readonly privateKey: KeyObject
  readonly fingerprint: string
}

export interface Digest extends Previous {
  readonly text: string
}

/** A digest's text, and its signature, which does not stand in it. */
export function digestOf(wish: DigestWish, { privateKey, fingerprint }: DigestSigner): Digest {
  const { to, shelf, endAt, previous } = wish
  const object = digestObject(to, shelf, endAt)
  const text = textOf(wish, object, fingerprint)
  const hash = sha256(text)
  const signed = [isoSeconds(endAt), `${to.bucket}/${object}`, hash, previous?.signature ?? 'null']
  const signature = sign('sha256', Buffer.from(signed.join('\n')), privateKey).toString('hex')
  return { object, hash, signature, text }
}

function textOf(
  { to, shelf, startAt, endAt, logs, previous }: DigestWish,
  object: string,
  fingerprint: string,
) {
  const newest = logs.map((log) => log.newestEventTime).sort()
  const oldest = logs.map((log) => log.oldestEventTime).sort()
  return JSON.stringify({
    awsAccountId: shelf.account,
    digestStartTime: isoSeconds(startAt),
    digestEndTime: isoSeconds(endAt),
    digestS3Bucket: to.bucket,
    digestS3Object: object,
    newestEventTime: newest.at(-1) ?? null,
    oldestEventTime: oldest[0] ?? null,
    previousDigestS3Bucket: previous ? to.bucket : null,
    previousDigestS3Object: previous?.object ?? null,
    previousDigestHashValue: previous?.hash ?? null,
    previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
    previousDigestSignature: previous?.signature ?? null,
    digestPublicKeyFingerprint: fingerprint,
    digestSignatureAlgorithm: 'SHA256withRSA',
    logFiles: logs.map((log) => ({
      s3Bucket: to.bucket,
      s3Object: log.object,
      hashValue: log.hash,
      hashAlgorithm: 'SHA-256',
      newestEventTime: log.newestEventTime,
      oldestEventTime: log.oldestEventTime,
    })),
  })
}

export const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex')
