/**
 * Parts of a whole store as bytes and back: what can be compressed first, then the sealed rows as they
 * are, which cannot. A batch of the journal stands there as what was sealed and as how its sealed form began,
 * from which that form is made again to the byte: the journal is most of an old store, and text shrinks.
 *
 * length of the index (4) | index: JSON, compressed | the rows, one behind the other
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Refusal } from '../lib/fault.ts'
import { sealedHeadBytes, Unopenable } from '../lib/sealer.ts'
import type { JournalRow } from '../store/engine.ts'
import type { Journal } from '../store/journal.ts'
import { type Counts, noCounts, type Part } from '../store/whole.ts'

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
/** Far above what a part holds; what is opened here was authenticated before. */
const plainBytesMax = 1 << 30

/** @param journal opens batches to their texts */
export function printPart(part: Part | End, journal: Journal): Buffer {
  const [index, blobs] = split(part, journal)
  const text = zstdCompressSync(JSON.stringify(index))
  const size = Buffer.alloc(4)
  size.writeUInt32BE(text.length)
  return Buffer.concat([size, text, ...blobs])
}

function split(part: Part | End, journal: Journal): [Index, readonly Uint8Array[]] {
  switch (part.kind) {
    case 'records': {
      const blobs = part.rows.map(({ row }) => row)
      const keys = part.rows.map(({ key }) => key)
      return [{ kind: part.kind, keys, sizes: sizesOf(blobs) }, blobs]
    }
    case 'journal': {
      const bodies = part.rows.map((row) => bodyOf(row, journal))
      const marks = part.rows.flatMap(({ link, batch }) => [
        link,
        batch.subarray(0, sealedHeadBytes),
      ])
      const numbers = part.rows.map(({ seq }) => seq)
      const blobs = [...marks, zstdCompressSync(Buffer.concat(bodies))]
      return [{ kind: part.kind, numbers, sizes: sizesOf(bodies) }, blobs]
    }
    case 'pruned': {
      const blobs = part.rows.flatMap(({ link, file }) => [link, file])
      const sizes = sizesOf(part.rows.map(({ file }) => file))
      const numbers = part.rows.map(({ seq }) => seq)
      return [{ kind: part.kind, keys: part.rows.map(({ name }) => name), numbers, sizes }, blobs]
    }
    case 'end':
      return [part, []]
    default: {
      const keys = part.rows.map(({ key }) => key)
      return [{ kind: part.kind, keys, numbers: part.rows.map(({ number }) => number) }, []]
    }
  }
}

/** A backup that would be refused when it is needed is better refused now. */
function bodyOf(row: JournalRow, journal: Journal): Buffer {
  try {
    return journal.body(row)
  } catch (thrown) {
    if (!(thrown instanceof Unopenable)) throw thrown
    throw new Refusal(`Batch ${row.seq} of the journal does not open: run strongroom audit verify.`)
  }
}

const sizesOf = (blobs: readonly Uint8Array[]): number[] => blobs.map((blob) => blob.length)

/** The part in bytes that `printPart` made. What they are is authenticated before they come here. */
export function parsePart(bytes: Buffer, journal: Journal): Part | End {
  const indexBytes = bytes.readUInt32BE(0)
  const text = opened(bytes.subarray(4, 4 + indexBytes))
  const { kind, keys = [], numbers = [], sizes = [], counts }: Index = JSON.parse(text.toString())
  const rest = bytes.subarray(4 + indexBytes)
  switch (kind) {
    case 'records': {
      const take = taker(rest)
      return { kind, rows: keys.map((key, at) => ({ key, row: take(sizes[at]) })) }
    }
    case 'journal':
      return { kind, rows: batchesIn(rest, numbers, sizes, journal) }
    case 'pruned': {
      const take = taker(rest)
      const rows = numbers.map((seq, at) => {
        const [link, file] = [take(linkBytes), take(sizes[at])]
        return { seq, link, name: keys[at] ?? '', file }
      })
      return { kind, rows }
    }
    case 'end':
      return { kind, counts: { ...noCounts, ...counts } }
    default:
      return { kind, rows: keys.map((key, at) => ({ key, number: numbers[at] ?? 0 })) }
  }
}

function batchesIn(
  bytes: Buffer,
  numbers: readonly number[],
  sizes: readonly number[],
  journal: Journal,
): JournalRow[] {
  const mark = taker(bytes)
  const body = taker(opened(bytes.subarray(numbers.length * (linkBytes + sealedHeadBytes))))
  return numbers.map((seq, at) => {
    const link = mark(linkBytes)
    return { seq, link, batch: journal.sealAgain(seq, mark(sealedHeadBytes), body(sizes[at])) }
  })
}

const opened = (bytes: Uint8Array): Buffer =>
  zstdDecompressSync(bytes, { maxOutputLength: plainBytesMax })

function taker(bytes: Buffer): (size: number | undefined) => Uint8Array {
  let at = 0
  return (size = 0) => {
    at += size
    return bytes.subarray(at - size, at)
  }
}
