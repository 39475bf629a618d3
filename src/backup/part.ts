/**
 * Parts of a whole store as bytes and back: what can be compressed (keys, numbers, sizes) first, then
 * the sealed rows as they are, which cannot.
 *
 * length of the index (4) | index: JSON, deflated | the rows, one behind the other
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Counts, Part } from '../store/whole.ts'

/** What stands behind the last part: how much there was. */
export interface End {
  readonly kind: 'end'
  readonly counts: Counts
}

interface Index {
  readonly kind: Part['kind'] | 'end'
  readonly keys?: readonly string[]
  readonly numbers?: readonly number[]
  readonly sizes?: readonly number[]
  readonly counts?: Counts
}

const linkBytes = 32
const indexBytesMax = 64 << 20

export function printPart(part: Part | End): Buffer {
  const [index, blobs] = split(part)
  const text = deflateRawSync(JSON.stringify(index))
  const size = Buffer.alloc(4)
  size.writeUInt32BE(text.length)
  return Buffer.concat([size, text, ...blobs])
}

function split(part: Part | End): [Index, readonly Uint8Array[]] {
  switch (part.kind) {
    case 'records': {
      const blobs = part.rows.map(({ row }) => row)
      return [
        { kind: part.kind, keys: part.rows.map(({ key }) => key), sizes: sizesOf(blobs) },
        blobs,
      ]
    }
    case 'journal': {
      const blobs = part.rows.flatMap(({ link, batch }) => [link, batch])
      const sizes = sizesOf(part.rows.map(({ batch }) => batch))
      return [{ kind: part.kind, numbers: part.rows.map(({ seq }) => seq), sizes }, blobs]
    }
    case 'end':
      return [part, []]
    default: {
      const keys = part.rows.map(({ key }) => key)
      return [{ kind: part.kind, keys, numbers: part.rows.map(({ number }) => number) }, []]
    }
  }
}

const sizesOf = (blobs: readonly Uint8Array[]): number[] => blobs.map((blob) => blob.length)

/** The part in bytes that `printPart` made. What they are is authenticated before they come here. */
export function parsePart(bytes: Buffer): Part | End {
  const indexBytes = bytes.readUInt32BE(0)
  const text = inflateRawSync(bytes.subarray(4, 4 + indexBytes), { maxOutputLength: indexBytesMax })
  const { kind, keys = [], numbers = [], sizes = [], counts }: Index = JSON.parse(text.toString())
  const take = taker(bytes.subarray(4 + indexBytes))
  switch (kind) {
    case 'records':
      return { kind, rows: keys.map((key, at) => ({ key, row: take(sizes[at]) })) }
    case 'journal':
      return {
        kind,
        rows: numbers.map((seq, at) => ({ seq, link: take(linkBytes), batch: take(sizes[at]) })),
      }
    case 'end':
      return { kind, counts: counts as Counts }
    default:
      return { kind, rows: keys.map((key, at) => ({ key, number: numbers[at] ?? 0 })) }
  }
}

function taker(bytes: Buffer): (size: number | undefined) => Uint8Array {
  let at = 0
  return (size = 0) => {
    at += size
    return bytes.subarray(at - size, at)
  }
}
