/**
 * Credentials that are lent to applications: those of a role's session, short-lived, with so much time
 * left that a client does not come back at once. Never the agent's own, which may be for longer and more.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
import type { Holder } from './holder.ts'
import { Unreachable } from './outgoing.ts'
import type { Lent } from './sources.ts'
import { Refused } from './upstream.ts'

/** In the words of AWS's endpoints. */
export interface LentMembers {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Token: string
  /** With seconds, as botocore reads it. */
  readonly Expiration: string
}

/** Why nothing is lent now, in the form of those endpoints. */
export class NotLent extends Error {
  override name = 'NotLent'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, words: string) {
    super(words)
    this.status = status
    this.code = code
  }
}

/** AWS's clients begin to ask anew a quarter of an hour before the end. */
const leastMs = 1_800_000

/** Throws NotLent. */
export async function lend(holder: Holder, now: () => number): Promise<LentMembers> {
  const held = await holder.get().catch(refuse)
  const isLongEnough = (held.expiresAt ?? 0) - now() >= leastMs
  // What holds for less is better than nothing where no other is to be had.
  return membersOf(isLongEnough ? held : await holder.renew().catch(() => held))
}

function membersOf({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: Lent): LentMembers {
  if (sessionToken === undefined || expiresAt === undefined) {
    throw new NotLent(500, 'InternalFailure', 'These credentials are not short-lived.')
  }
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
  }
}

function refuse(error: unknown): never {
  if (error instanceof Refused && !error.isTransient) {
    throw new NotLent(403, error.code, error.message)
  }
  if (error instanceof Unreachable || error instanceof Refused) {
    throw new NotLent(503, 'ServiceUnavailable', 'The service cannot be reached just now.')
  }
  throw new NotLent(503, 'ServiceUnavailable', 'The agent has no credentials of its own just now.')
}
