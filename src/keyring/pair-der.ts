/**
 * The DER of an ECDSA signature, a sequence of two numbers. Read strictly: one signature has one form.
 *
 * RFC 3279, section 2.2.3.
 */
export interface NumberPair {
  readonly r: bigint
  readonly s: bigint
}

const sequenceTag = 0x30
const integerTag = 0x02

export function printPairDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([printInteger(r), printInteger(s)])
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length]
  return Buffer.concat([Buffer.of(sequenceTag, ...length), body])
}

function printInteger(value: bigint): Buffer {
  const digits = value.toString(16)
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex')
  const positive = (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return Buffer.concat([Buffer.of(integerTag, positive.length), positive])
}

/** The two numbers, or `undefined` for anything but the form that printing them gives. */
export function parsePairDer(bytes: Uint8Array): NumberPair | undefined {
  const source = Buffer.from(bytes)
  const start = source[1] === 0x81 ? 3 : 2
  const first = readInteger(source, start)
  const second = first && readInteger(source, first.end)
  if (!first || !second) return undefined
  const pair = { r: first.value, s: second.value }
  return printPairDer(pair.r, pair.s).equals(source) ? pair : undefined
}

function readInteger(source: Buffer, at: number): { value: bigint; end: number } | undefined {
  const length = source[at + 1] ?? 0
  const end = at + 2 + length
  if (source[at] !== integerTag || length === 0 || end > source.length) return undefined
  return { value: BigInt(`0x${source.toString('hex', at + 2, end)}`), end }
}
