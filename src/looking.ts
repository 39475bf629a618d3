/**
 * A look into a data folder by whoever holds its seal: read-only and without its lock, beside a house that
 * serves or where none does. What is looked at is the files; the house is asked nothing.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { journalKeysOf, refusalOf } from './folder.ts'
import { parseHeader } from './keyring/header.ts'
import { Keyring } from './keyring/keyring.ts'
import { Refusal } from './lib/fault.ts'
import { openBy } from './seals/opening.ts'
import { chooseSeal, type SealSources, sealNamed } from './seals/sources.ts'
import { Anchor } from './store/anchor.ts'
import type { JournalKeys } from './store/journal.ts'
import { glanceIn, type Place, sealedWholeIn } from './store/place.ts'
import { Evidence } from './store/sqlite/evidence.ts'
import { damaged, journalBeside } from './store/sqlite/folder.ts'
import { fillWhole } from './store/sqlite/whole.ts'
import type { Whole } from './store/whole.ts'

export interface Sight {
  readonly databasePath: string
  readonly anchorPath: string
  readonly journalPath: string
  readonly keys: JournalKeys
  /** Present where it is a copy, which goes with this. */
  close?(): void
}

/** Opens the keys of a folder's store. Throws Refusal. */
export async function lookInto(path: string, sources: SealSources = {}): Promise<Sight> {
  const databasePath = join(path, 'store.db')
  if (!existsSync(databasePath)) throw new Refusal(`There is no store in ${path}.`)
  try {
    const seal = sealNamed(path, chooseSeal(path, sources), sources)
    const { header, storeKeys } = await openBy(seal, headerIn(databasePath))
    return {
      databasePath,
      anchorPath: join(path, 'anchor'),
      journalPath: journalBeside(databasePath),
      keys: journalKeysOf(new Keyring(header, storeKeys, Date.now())),
    }
  } catch (thrown) {
    throw refusalOf(path, thrown)
  }
}

/** What a node's folder and the header of its shared store say of each other. Throws Refusal. */
export async function openAt(path: string, place: Place, sources: SealSources) {
  const anchorPath = join(path, 'anchor')
  const found = await glanceIn(place, undefined)
  const header = parseHeader(found?.header ?? '')
  if (!found || !header) throw new Refusal('There is no store in the database.')
  const seal = sealNamed(path, chooseSeal(path, sources), sources)
  const { storeKeys } = await openBy(seal, header)
  const keys = journalKeysOf(new Keyring(header, storeKeys, Date.now()))
  return { head: found.head, anchored: new Anchor(anchorPath, keys).read() }
}

/**
 * The same for a store in PostgreSQL: a copy of it as it stands now, sealed as it is, beside the anchor
 * of this node. Throws Refusal.
 *
 * @param path the node's data folder: its seal, its anchor
 */
export async function lookAcross(
  url: string,
  path: string,
  sources: SealSources = {},
): Promise<Sight> {
  const scratch = mkdtempSync(join(tmpdir(), 'strongroom-look-'))
  const close = () => rmSync(scratch, { recursive: true, force: true })
  try {
    const whole = await sealedWholeIn({ kind: 'postgres', url })
    const databasePath = join(scratch, 'store.db')
    await copyTo(whole, databasePath)
    const seal = sealNamed(path, chooseSeal(path, sources), sources)
    const { header, storeKeys } = await openBy(seal, headerIn(databasePath))
    return {
      databasePath,
      anchorPath: join(path, 'anchor'),
      journalPath: journalBeside(databasePath),
      keys: journalKeysOf(new Keyring(header, storeKeys, Date.now())),
      close,
    }
  } catch (thrown) {
    close()
    throw refusalOf(path, thrown)
  }
}

async function copyTo(whole: Whole, databasePath: string): Promise<void> {
  const filling = fillWhole(databasePath, whole.header, whole.head)
  try {
    for await (const part of whole.parts()) await filling.put(part)
    await filling.end()
    const journalPath = journalBeside(databasePath)
    mkdirSync(journalPath)
    for await (const { name, file } of whole.files?.() ?? []) {
      writeFileSync(join(journalPath, name), file, { mode: 0o600 })
    }
  } finally {
    await whole.close()
  }
}

function headerIn(databasePath: string) {
  const evidence = new Evidence(databasePath)
  try {
    const header = parseHeader(evidence.header())
    if (header) return header
    throw damaged(databasePath)
  } finally {
    evidence.close()
  }
}
