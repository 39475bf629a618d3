/**
 * Zip archives from strangers, read in one way or not at all: by their central directory, checked against
 * each local header. Refused before a byte is inflated: names that lead out or are absolute, links,
 * devices, a name twice, a file where a folder must be, encryption, parts that overlap (a bomb), and
 * more than the limits by what is declared. Inflating then may give exactly what was declared.
 *
 * Node inflates; fflate, which reads zips, tells neither attributes nor flags, so that links would pass.
 *
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib'

/** Why an archive was refused: it is not one that we take, or it is too large unzipped. */
export class ArchiveError extends Error {
  override name = 'ArchiveError'
  readonly kind: 'unfit' | 'large'

  constructor(kind: ArchiveError['kind'], words: string) {
    super(words)
    this.kind = kind
  }
}

export interface ArchiveLimits {
  readonly unzippedBytesMax: number
  readonly entriesMax: number
}

/** Lambda's 250 MB; and as many files as the largest of packages have. */
export const archiveLimits: ArchiveLimits = { unzippedBytesMax: 250 << 20, entriesMax: 40_000 }

/** A file or folder of an archive. */
export interface Entry {
  /** Relative, parts joined by `/`, none of them `.`, `..` or empty. */
  readonly path: string
  readonly isFolder: boolean
  readonly isExecutable: boolean
  /** As long as it is declared, and as `readEntry` gives. */
  readonly bytes: number
  readonly part: Part
}

/** Where its data stand in the archive, and what they must come to. */
interface Part {
  readonly start: number
  readonly end: number
  readonly isDeflated: boolean
  readonly crc: number
}

/** The entries of an archive, all of them checked. Throws ArchiveError. */
export function listArchive(zip: Uint8Array, limits: ArchiveLimits = archiveLimits): Entry[] {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)
  const directory = findDirectory(bytes)
  if (directory.entries > limits.entriesMax) throw new ArchiveError('large', 'too many entries')
  const entries: Entry[] = []
  let at = directory.start
  let total = 0
  for (let count = 0; count < directory.entries; count++) {
    const { entry, next } = readHeader(bytes, at, directory)
    entries.push(entry)
    total += entry.bytes
    if (total > limits.unzippedBytesMax) throw new ArchiveError('large', 'too large unzipped')
    at = next
  }
  if (at !== directory.end) throw unfit('a directory of another length')
  mustNotOverlap(entries)
  mustBeTree(entries)
  return entries
}

const unfit = (words: string): ArchiveError => new ArchiveError('unfit', words)

interface Directory {
  readonly start: number
  readonly end: number
  readonly entries: number
}

const endSignature = 0x06054b50
const endBytes = 22
const commentBytesMax = 0xffff

/** The record at the end, whose comment must reach exactly to the last byte. */
function findDirectory(bytes: Buffer): Directory {
  const first = Math.max(0, bytes.length - endBytes - commentBytesMax)
  for (let at = bytes.length - endBytes; at >= first; at--) {
    if (bytes.readUInt32LE(at) !== endSignature) continue
    if (at + endBytes + bytes.readUInt16LE(at + 20) !== bytes.length) continue
    return readDirectory(bytes, at)
  }
  throw unfit('no zip')
}

function readDirectory(bytes: Buffer, at: number): Directory {
  const entries = bytes.readUInt16LE(at + 10)
  const start = bytes.readUInt32LE(at + 16)
  const end = start + bytes.readUInt32LE(at + 12)
  const isOne = bytes.readUInt32LE(at + 4) === 0 && bytes.readUInt16LE(at + 8) === entries
  // What would need Zip64 is beyond every limit anyway.
  if (!isOne || entries === 0xffff || end !== at) throw unfit('no single plain archive')
  return { start, end, entries }
}

const headerSignature = 0x02014b50
const headerBytes = 46

/** Bits of the general flags: encrypted, strongly encrypted, headers encrypted. */
const encrypted = 0x0001 | 0x0040 | 0x2000
const stored = 0
const deflated = 8

/** Nothing deflates better than this. */
const ratioMax = 1032

function readHeader(bytes: Buffer, at: number, directory: Directory) {
  if (at + headerBytes > directory.end || bytes.readUInt32LE(at) !== headerSignature) {
    throw unfit('a broken directory')
  }
  const [flags, method] = [bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 10)]
  const [packed, size] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)]
  const nameEnd = at + headerBytes + bytes.readUInt16LE(at + 28)
  const next = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  if (next > directory.end) throw unfit('a broken directory')
  if ((flags & encrypted) !== 0) throw unfit('an encrypted entry')
  if (method !== stored && method !== deflated) throw unfit('an unknown method')
  if (method === stored ? packed !== size : size > packed * ratioMax) throw unfit('a false size')
  const name = bytes.subarray(at + headerBytes, nameEnd)
  const start = dataOf(bytes, bytes.readUInt32LE(at + 42), { name, method, directory })
  const end = start + packed
  if (end > directory.start) throw unfit('data behind the directory')
  const crc = bytes.readUInt32LE(at + 16)
  const part = { start, end, isDeflated: method === deflated, crc }
  return { entry: entryOf(name, bytes.readUInt32LE(at + 38), size, part), next }
}

const localSignature = 0x04034b50
const localBytes = 30

interface Expected {
  readonly name: Buffer
  readonly method: number
  readonly directory: Directory
}

/** Where an entry's data begin. Its local header must say what the directory says. */
function dataOf(bytes: Buffer, at: number, { name, method, directory }: Expected): number {
  const nameAt = at + localBytes
  if (nameAt > directory.start || bytes.readUInt32LE(at) !== localSignature) {
    throw unfit('a broken entry')
  }
  const nameEnd = nameAt + bytes.readUInt16LE(at + 26)
  const isSame =
    nameEnd <= directory.start &&
    bytes.subarray(nameAt, nameEnd).equals(name) &&
    bytes.readUInt16LE(at + 8) === method &&
    (bytes.readUInt16LE(at + 6) & encrypted) === 0
  if (!isSame) throw unfit('two accounts of one entry')
  return nameEnd + bytes.readUInt16LE(at + 28)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const kindMask = 0o170000
const fileKind = 0o100000
const folderKind = 0o040000

function entryOf(name: Buffer, attributes: number, bytes: number, part: Part): Entry {
  const mode = attributes >>> 16
  const kind = mode & kindMask
  const text = textOf(name)
  const isFolder = text.endsWith('/')
  // 0 where the archive was not made on Unix.
  if (kind !== 0 && kind !== (isFolder ? folderKind : fileKind)) {
    throw unfit('a link or a device')
  }
  if (isFolder && bytes > 0) throw unfit('a folder with content')
  return { path: pathOf(text), isFolder, isExecutable: (mode & 0o111) !== 0, bytes, part }
}

function textOf(name: Buffer): string {
  try {
    return decoder.decode(name)
  } catch {
    throw unfit('a name that is not UTF-8')
  }
}

const pathCharsMax = 1024
const stepBytesMax = 255

/** A name as a path below the folder that it is unpacked into. */
function pathOf(name: string): string {
  const isPlain = name.length <= pathCharsMax && !/[\p{Cc}\\]/u.test(name) && !name.startsWith('/')
  const steps = name.replace(/^(?:\.\/)+/, '').split('/')
  if (steps.at(-1) === '') steps.pop()
  if (!isPlain || steps.length === 0 || !steps.every(isStep)) throw unfit('a name that leads out')
  return steps.join('/')
}

const isStep = (step: string): boolean =>
  step !== '' && step !== '.' && step !== '..' && Buffer.byteLength(step) <= stepBytesMax

/** Entries that share data unzip to far more than they weigh. */
function mustNotOverlap(entries: readonly Entry[]): void {
  const parts = entries.map(({ part }) => part).sort((a, b) => a.start - b.start)
  for (const [at, { start }] of parts.entries()) {
    if (start < (parts[at - 1]?.end ?? 0)) throw unfit('entries that overlap')
  }
}

/** Each path once, and nothing below a file: what is written first would be written over. */
function mustBeTree(entries: readonly Entry[]): void {
  const paths = new Set(entries.map(({ path }) => path))
  if (paths.size < entries.length) throw unfit('a name twice')
  const files = new Set(entries.filter(({ isFolder }) => !isFolder).map(({ path }) => path))
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (files.has(path.slice(0, end))) throw unfit('a file where a folder must be')
    }
  }
}

/** What is inflated in one go; more goes piece by piece, so that no entry fills the memory. */
const wholeBytesMax = 256 << 10

/** The content of a file, in pieces. Throws ArchiveError unless it is what was declared. */
export async function* readEntry(zip: Uint8Array, entry: Entry): AsyncGenerator<Uint8Array> {
  const { bytes, part } = entry
  let seen = 0
  let crc = 0
  for await (const piece of piecesOf(zip.subarray(part.start, part.end), entry)) {
    seen += piece.length
    if (seen > bytes) throw unfit('more than declared')
    crc = crc32(piece, crc)
    yield piece
  }
  if (seen !== bytes || crc !== part.crc) throw unfit('other content than declared')
}

async function* piecesOf(data: Uint8Array, { bytes, part }: Entry): AsyncGenerator<Uint8Array> {
  if (!part.isDeflated) {
    yield data
    return
  }
  try {
    if (bytes <= wholeBytesMax) {
      yield inflateRawSync(data, { maxOutputLength: Math.max(1, bytes) })
      return
    }
    const inflate = createInflateRaw()
    inflate.end(data)
    yield* inflate
  } catch (thrown) {
    const { code = '' } = thrown as NodeJS.ErrnoException
    if (!/^(?:Z_|ERR_BUFFER_TOO_LARGE)/.test(code)) throw thrown
    throw unfit('broken data')
  }
}

/** How many entries are read before others have their turn. */
const entriesPerTurn = 64

/** Reads a whole archive, as unpacking it will. Throws ArchiveError. */
export async function verifyArchive(
  zip: Uint8Array,
  limits: ArchiveLimits = archiveLimits,
): Promise<void> {
  for (const [count, entry] of listArchive(zip, limits).entries()) {
    if (entry.isFolder) continue
    for await (const _ of readEntry(zip, entry));
    if (count % entriesPerTurn === 0) await new Promise((go) => setImmediate(go))
  }
}
