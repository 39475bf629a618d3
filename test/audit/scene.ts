/** A store with a long journal in segments and tail, to be tampered with; and what verification says of it. */
import { createSecretKey, randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Verified, verify } from '../../src/audit/verify/verify.ts'
import type { Engine, Proposal } from '../../src/store/engine.ts'
import { firstLink, type JournalKeys } from '../../src/store/journal.ts'
import { type Span, spansIn } from '../../src/store/segments.ts'
import { openSqlite } from '../../src/store/sqlite/engine.ts'
import { createDatabase } from '../../src/store/sqlite/folder.ts'
import { until } from '../until.ts'

const parents = () => ({
  current: 1,
  keys: new Map([[1, createSecretKey(randomBytes(32))]]),
})

export const makeKeys = (storeId: string): JournalKeys => ({
  storeId,
  seal: parents(),
  link: parents(),
  sign: parents(),
  floor: 1,
})

export interface Scene {
  readonly path: string
  readonly keys: JournalKeys
  /** A copy of the whole, to spoil. */
  copy(): Scene
  database(): DatabaseSync
  journal(): string
  spans(): Span[]
  verify(withRecords?: boolean): Verified
}

const root = mkdtempSync(join(tmpdir(), 'strongroom-tamper-'))
let copies = 0

/** Removes every scene. */
export const removeScenes = (): void => rmSync(root, { recursive: true, force: true })

export function sceneAt(path: string, keys: JournalKeys): Scene {
  const databasePath = join(path, 'store.db')
  const journalPath = join(path, 'journal')
  return {
    path,
    keys,
    copy() {
      const to = join(root, `copy-${copies++}`)
      cpSync(path, to, { recursive: true })
      return sceneAt(to, keys)
    },
    database: () => new DatabaseSync(databasePath),
    journal: () => journalPath,
    spans: () => spansIn(journalPath),
    verify: (withRecords = false) =>
      verify({ databasePath, anchorPath: join(path, 'anchor'), journalPath, keys, withRecords }),
  }
}

const newPath = (): string => {
  const path = join(root, `made-${copies++}`)
  mkdirSync(path)
  return path
}

export interface Filling {
  readonly batches: number
  readonly segmentBytes: number
  readonly recordsPerBatch?: number
  /** Further batches that stay in the database. */
  readonly tail?: number
  /** How many segments are waited for, if not as many as the text fills. */
  readonly segments?: number
}

const words = 'that which was done '.repeat(30)

const record = (n: number) => ({
  ...{ eventName: 'Tried', n, words, recipientAccountId: '000000000000' },
})

/** Opens a scene's engine; whatever it tells the operator fails the test. */
export function engineOf({ path, keys }: Pick<Scene, 'path' | 'keys'>, segmentBytes = 1 << 30) {
  const told = (words: string) => {
    throw new Error(words)
  }
  return openSqlite({
    databasePath: join(path, 'store.db'),
    anchorPath: join(path, 'anchor'),
    keys,
    segmentBytes,
    complain: told,
    fatal: told,
  })
}

/** Fills a store: batches in segments, and a tail in the database. */
export async function filled(keys: JournalKeys, filling: Filling): Promise<Scene> {
  const { batches, segmentBytes, recordsPerBatch = 1, tail = 0, segments } = filling
  const scene = sceneAt(newPath(), keys)
  createDatabase(join(scene.path, 'store.db'), '{}', firstLink)
  const engine = await engineOf(scene, segmentBytes)
  await write(engine, batches, recordsPerBatch)
  const bytes = batches * recordsPerBatch * (words.length + 200)
  const expected = segments ?? Math.floor(bytes / segmentBytes / 1.5)
  await until(() => scene.spans().length >= expected)
  await engine.close()
  if (tail === 0) return scene
  const again = await engineOf(scene)
  await write(again, tail, recordsPerBatch)
  await again.close()
  return scene
}

/** Commits so many batches. */
export async function write(engine: Engine, batches: number, recordsPerBatch = 1): Promise<void> {
  for (let left = batches; left > 0; left--) {
    const n = engine.head + 1
    const records = Array.from({ length: recordsPerBatch }, (_, at) => record(n * 1000 + at))
    await engine.commit([proposal(engine.head, n, records)])
    // The cutter is a thread of its own: it is given its turns.
    if (n % 20 === 0) await sleep(1)
  }
}

const rowsCount = 60

const proposal = (at: number, n: number, records: readonly object[]): Proposal => ({
  at,
  reads: [],
  changes: [
    { key: `thing\u001f${n % rowsCount}`, row: Buffer.from(`sealed ${n}`.padEnd(200, '.')) },
  ],
  counts: [],
  stamps: [],
  records,
})
