/**
 * A database in which one byte is not what was written. Every record is then read as answers read it: it
 * must be right, or refused by name, or the start refused.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFolder } from '../../src/folder.ts'
import { Refusal } from '../../src/lib/fault.ts'
import { Codec, collection, Damaged } from '../../src/store/collection.ts'
import type { Engine } from '../../src/store/engine.ts'
import { openIn } from '../../src/store/place.ts'
import { readWhole } from '../../src/store/sqlite/whole.ts'

export interface Outcome {
  flips: number
  /** Starts that were refused in a sentence. */
  refused: number
  /** Records that were refused by name, in starts that went well. */
  named: number
  /** Flips that nothing read: free space, the journal, another table. */
  harmless: number
  readonly wrong: string[]
}

const anyRecord = collection<object>('any')

/** The sealed rows of a database, by key. */
export async function rowsIn(databasePath: string): Promise<Map<string, Buffer>> {
  const rows = new Map<string, Buffer>()
  const whole = readWhole(databasePath, () => undefined)
  try {
    for await (const part of whole.parts()) {
      if (part.kind !== 'records') continue
      for (const { key, row } of part.rows) rows.set(key, Buffer.from(row))
    }
  } finally {
    await whole.close()
  }
  return rows
}

/** Flips a byte at so many places of a folder's database, one at a time. @param folder a copy may be made here */
export async function flipBytes(dataPath: string, folder: string, count: number): Promise<Outcome> {
  const outcome: Outcome = { flips: 0, refused: 0, named: 0, harmless: 0, wrong: [] }
  const original = readFileSync(join(dataPath, 'store.db'))
  const rows = await rowsIn(join(dataPath, 'store.db'))
  const path = mkdtempSync(join(folder, 'flipped-'))
  for (const name of ['root.key', 'anchor']) copyFileSync(join(dataPath, name), join(path, name))
  for (let n = 0; n < count; n++) {
    // Spread evenly, and moved within pages from one to the next.
    const at = Math.floor((n * original.length) / count + ((n * 977) % 4096)) % original.length
    const bytes = Buffer.from(original)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (n % 8))
    for (const ending of ['', '-wal', '-shm'])
      rmSync(join(path, `store.db${ending}`), { force: true })
    writeFileSync(join(path, 'store.db'), bytes)
    outcome.flips++
    await tryFlip(path, rows, at, outcome)
  }
  rmSync(path, { recursive: true, force: true })
  return outcome
}

async function tryFlip(
  path: string,
  rows: ReadonlyMap<string, Buffer>,
  at: number,
  outcome: Outcome,
): Promise<void> {
  const folder = await openFolder(path).catch((thrown: unknown) => {
    if (!(thrown instanceof Refusal)) throw thrown
    return undefined
  })
  if (!folder) {
    outcome.refused++
    return
  }
  const { place, anchorPath, journalKeys: keys, keyring } = folder
  const fatal = () => {}
  const codec = new Codec(keyring.storeId, keyring.sealer('records'))
  const before = outcome.named
  try {
    const engine = await openIn(place, { anchorPath, keys, fatal })
    for (const [key, expected] of rows) {
      const [row] = await asked(engine, key).catch((thrown: unknown) => {
        if (!(thrown instanceof Damaged)) outcome.wrong.push(`byte ${at}: ${thrown}`)
        outcome.named++
        return [expected]
      })
      if (row === undefined) outcome.wrong.push(`byte ${at}: ${key} is not there any more`)
      else if (!expected.equals(row)) mustBeRefused(codec, key, row, at, outcome)
    }
    await engine.close()
  } finally {
    folder.release()
  }
  if (outcome.named === before) outcome.harmless++
}

function mustBeRefused(codec: Codec, key: string, row: Uint8Array, at: number, outcome: Outcome) {
  try {
    codec.open(anyRecord, key, row)
    outcome.wrong.push(`byte ${at}: ${key} opens as something else`)
  } catch (thrown) {
    if (thrown instanceof Damaged && thrown.message.includes(key.replaceAll('\u001f', ' / '))) {
      outcome.named++
    } else outcome.wrong.push(`byte ${at}: ${thrown}`)
  }
}

/** Whatever goes wrong rejects. */
const asked = async (engine: Pick<Engine, 'read'>, key: string) => engine.read([key])
