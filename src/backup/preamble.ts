/**
 * How a backup begins, in clear: which store it is of, when it was made, and the store's header with
 * its keys wrapped, so that whoever holds the seal can open the rest, and nobody else.
 *
 * "strongroom backup 1\n" | length (4) | JSON
 */
import type { Position } from '../store/whole.ts'

export interface Preamble {
  readonly backupId: string
  /** Milliseconds since 1970. */
  readonly madeAt: number
  /** The store's header, as it stood there. */
  readonly header: string
  readonly head: Position
}

const magic = 'strongroom backup '
const format = 1
const firstLine = `${magic}${format}\n`

/** How many bytes tell how long the preamble is. */
export const openingBytes = firstLine.length + 4
const textBytesMax = 1 << 20

export function printPreamble({ backupId, madeAt, header, head }: Preamble): Buffer {
  const link = Buffer.from(head.link).toString('hex')
  const text = Buffer.from(JSON.stringify({ backupId, madeAt, header, seq: head.seq, link }))
  const opening = Buffer.alloc(openingBytes)
  opening.write(firstLine)
  opening.writeUInt32BE(text.length, firstLine.length)
  return Buffer.concat([opening, text])
}

/** Which of these a file's first bytes are, and how much text follows them. */
export function readOpening(opening: Buffer): 'other' | 'newer' | { readonly textBytes: number } {
  const line = opening.toString('latin1', 0, firstLine.length)
  if (!line.startsWith(magic)) return 'other'
  if (line !== firstLine) return 'newer'
  const textBytes = opening.readUInt32BE(firstLine.length)
  return textBytes <= textBytesMax ? { textBytes } : 'other'
}

/** `undefined` for a text that no preamble is. */
export function parsePreamble(text: string): Preamble | undefined {
  try {
    const { backupId, madeAt, header, seq, link } = JSON.parse(text)
    const texts = [backupId, header, link]
    if (texts.some((each) => typeof each !== 'string')) return undefined
    if (!Number.isSafeInteger(seq) || !Number.isSafeInteger(madeAt)) return undefined
    return { backupId, madeAt, header, head: { seq, link: Buffer.from(link, 'hex') } }
  } catch {
    return undefined
  }
}
