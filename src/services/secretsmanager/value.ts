/**
 * Values of secrets as requests bring them and answers show them: a text or bytes, at most 64 KiB.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
import { utf8 } from '../../lib/bytes.ts'
import { fault } from './service.ts'
import type { Plain } from './vault.ts'

interface Valued {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
}

/** The value that a request brings, if it brings one. */
export function plainOf(input: Valued): Plain | undefined {
  if (input.SecretString !== undefined) return { kind: 'string', bytes: utf8(input.SecretString) }
  return input.SecretBinary && { kind: 'binary', bytes: input.SecretBinary }
}

const valueBytesMax = 65_536

/** Throws if a request brings both forms of a value, or more bytes than the contract's characters tell. */
export function mustBeFitValue(input: Valued): void {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined) {
    throw fault(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  }
  if (Buffer.byteLength(input.SecretString ?? '') <= valueBytesMax) return
  throw fault('LimitExceededException', `The secret value is larger than ${valueBytesMax} bytes.`)
}

/** An opened value as the member that it was stored as. The bytes of a text are wiped. */
export function shownAs(kind: Plain['kind'], bytes: Buffer) {
  if (kind === 'binary') return { SecretBinary: bytes }
  const SecretString = bytes.toString()
  bytes.fill(0)
  return { SecretString }
}
