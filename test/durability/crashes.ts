/**
 * Crash images: a process that commits is recorded, and at many instants the disk is taken as a power cut
 * would leave it. Each image is opened as a start would open it, and must hold everything that was
 * acknowledged by then: the record, its audit record, an unbroken chain.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFolder } from '../../src/folder.ts'
import { sameBytes } from '../../src/lib/bytes.ts'
import { Codec } from '../../src/store/collection.ts'
import { firstLink, Journal } from '../../src/store/journal.ts'
import { keyOf } from '../../src/store/key.ts'
import { Segments } from '../../src/store/segments.ts'
import { readWhole } from '../../src/store/sqlite/whole.ts'
import { Disk, type Fate } from './disk.ts'
import { type Event, readTrace, record } from './trace.ts'
import { numbered, slotsCount } from './writer.ts'

export const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

const writer = fileURLToPath(new URL('./writer.ts', import.meta.url))

export interface Recording {
  readonly folder: string
  /** The files as they were before, by path. */
  readonly before: ReadonlyMap<string, Buffer>
  readonly events: readonly Event[]
}

/**
 * Records so many commits in a folder of its own. Remove `folder` afterwards.
 *
 * @param prepare what is done to the folder before, when one commit is in it
 */
export async function recordCommits(
  count: number,
  prepare: (dataPath: string) => void = () => {},
): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-crash-'))
  const dataPath = join(folder, 'data')
  const words = (n: number) => [process.execPath, writer, dataPath, join(folder, 'acks'), String(n)]
  const [program = '', ...args] = words(1)
  spawnSync(program, args)
  prepare(dataPath)
  const names = readdirSync(dataPath, { recursive: true, encoding: 'utf8' })
  const paths = names.map((name) => join(dataPath, name)).filter((path) => statSync(path).isFile())
  const before = new Map(paths.map((path) => [path, readFileSync(path)]))
  const { status, stderr } = record(join(folder, 'trace'), words(count))
  if (status !== 0) throw new Error(`the recording failed: ${stderr}`)
  const events = await readTrace(join(folder, 'trace'), folder)
  rmSync(join(folder, 'trace'))
  return { folder, before, events }
}

export interface Findings {
  images: number
  /** Images with unsynced writes dropped, kept, torn. */
  readonly kinds: Record<string, number>
  commits: number
  syncs: number
  readonly lost: string[]
}

const fates = ['dropped', 'kept', 'torn'] as const

/** Opens about so many images, evenly spread over all instants; every instant in turn in every way. */
export async function openImages(recording: Recording, imagesMax: number): Promise<Findings> {
  const { before, events, folder } = recording
  const findings: Findings = { images: 0, kinds: {}, commits: 0, syncs: 0, lost: [] }
  const disk = new Disk()
  for (const [path, content] of before) disk.place(path, content)
  const acksPath = join(folder, 'acks')
  const dataPath = join(folder, 'data')
  let acknowledged = 0
  for (const [index, event] of events.entries()) {
    if (event.path === acksPath) {
      if (event.kind === 'write') acknowledged = Number(event.bytes.toString().trim())
      continue
    }
    if (event.kind === 'sync') findings.syncs++
    if (!event.path.endsWith('-shm')) disk.play(event)
    const wanted = Math.floor(((index + 1) / events.length) * imagesMax)
    while (findings.images < wanted) {
      const kind = fates[findings.images % fates.length] ?? 'torn'
      const seed = findings.images++
      findings.kinds[kind] = (findings.kinds[kind] ?? 0) + 1
      const image = disk.image(fateOf(kind, seed), fateOf(kind, seed + 1))
      const loss = await lossOf(folder, dataPath, image, acknowledged)
      if (loss) findings.lost.push(`image ${seed} (${kind}) behind event ${index}: ${loss}`)
    }
  }
  findings.commits = acknowledged
  return findings
}

function fateOf(kind: (typeof fates)[number], seed: number): Fate {
  if (kind !== 'torn') return () => kind === 'kept'
  // xorshift32: the same tears for the same seed.
  let state = (seed + 1) * 2_654_435_769
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state & 1) === 0
  }
}

/** What an image has lost, in words; `undefined` if nothing. */
async function lossOf(
  folder: string,
  dataPath: string,
  image: ReadonlyMap<string, Buffer>,
  acknowledged: number,
): Promise<string | undefined> {
  const path = join(folder, 'image')
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
  cpSync(join(dataPath, 'root.key'), join(path, 'root.key'))
  for (const [name, content] of image) {
    if (/lock$|-shm$/.test(name)) continue
    const place = join(path, relative(dataPath, name))
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, content, { mode: 0o600 })
  }
  try {
    return await lossIn(path, acknowledged)
  } catch (thrown) {
    return `it does not open: ${thrown}`
  }
}

async function lossIn(path: string, acknowledged: number): Promise<string | undefined> {
  const folder = await openFolder(path)
  const journal = new Journal(folder.journalKeys)
  const codec = new Codec(folder.keyring.storeId, folder.keyring.sealer('records'))
  const segments = new Segments(join(folder.path, 'journal'), folder.journalKeys)
  const whole = readWhole(join(folder.path, 'store.db'), () => segments)
  try {
    const recorded = new Set<number>()
    const found = new Map<string, number>()
    let link: Uint8Array = firstLink
    for await (const part of whole.parts()) {
      if (part.kind === 'records') {
        for (const { key, row } of part.rows) found.set(key, codec.open(numbered, key, row).n)
      }
      if (part.kind !== 'journal') continue
      for (const row of part.rows) {
        link = journal.link(row.seq, link, row.batch)
        if (!sameBytes(link, row.link)) return `the chain breaks at ${row.seq}`
        for (const record of journal.open(row).records) recorded.add((record as { n: number }).n)
      }
    }
    if (!sameBytes(link, whole.head.link)) return 'the journal does not reach the head'
    for (let n = 1; n <= acknowledged; n++) if (!recorded.has(n)) return `no audit record of ${n}`
    for (let n = Math.max(1, acknowledged - slotsCount + 1); n <= acknowledged; n++) {
      if ((found.get(keyOf('numbered', [n % slotsCount])) ?? 0) < n) return `no record of ${n}`
    }
    return undefined
  } finally {
    await whole.close()
    folder.release()
  }
}
