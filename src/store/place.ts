/**
 * Where a store is and which engine keeps it: the one place that knows them all. A place can be sent
 * to another thread.
 */
import { join } from 'node:path'
import type { Engine } from './engine.ts'
import type { Glance } from './glance.ts'
import type { JournalKeys } from './journal-keys.ts'
import { openPostgres } from './postgres/engine.ts'
import { schemaVersion } from './postgres/schema.ts'
import { lookAtServer, type ServerFacts } from './postgres/server.ts'
import { createTables, glanceAtTables } from './postgres/tables.ts'
import { raiseVersion } from './postgres/upgrade.ts'
import { fillTables, readTables } from './postgres/whole.ts'
import { Segments } from './segments.ts'
import { openSqlite } from './sqlite/engine.ts'
import { createDatabase, glanceAt, journalBeside } from './sqlite/folder.ts'
import { fillWhole, readWhole } from './sqlite/whole.ts'
import type { Filling, Position, Whole } from './whole.ts'

/** A file of the data folder, or a PostgreSQL database that any number of nodes share. */
export type Place = { readonly kind: 'sqlite'; readonly databasePath: string } | Shared

export interface Shared {
  readonly kind: 'postgres'
  readonly url: string
}

export interface Opening {
  readonly keys: JournalKeys
  readonly anchorPath: string
  readonly segmentBytes?: number
  complain?(words: string): void
  fatal(reason: string): void
}

/** @param url a PostgreSQL database; without one, the store is a file in the data folder */
export const placeOf = (dataPath: string, url?: string): Place =>
  url === undefined
    ? { kind: 'sqlite', databasePath: join(dataPath, 'store.db') }
    : { kind: 'postgres', url }

/** A glance at the store, or `undefined` if there is none yet. Changes nothing. Throws Refusal. */
export const glanceIn = async (
  place: Place,
  anchored: number | undefined,
): Promise<Glance | undefined> =>
  place.kind === 'sqlite'
    ? glanceAt(place.databasePath, anchored)
    : glanceAtTables(place.url, anchored)

/** Makes an empty store, whole or not at all. False where somebody else has made one meanwhile. */
export async function createIn(place: Place, header: string, link: Uint8Array): Promise<boolean> {
  if (place.kind === 'postgres') return createTables(place.url, header, link)
  createDatabase(place.databasePath, header, link)
  return true
}

export const openIn = (place: Place, opening: Opening): Promise<Engine> =>
  place.kind === 'sqlite'
    ? openSqlite({ databasePath: place.databasePath, ...opening })
    : openPostgres({ url: place.url, ...opening })

/** The server that holds a shared store; `undefined` where the store is a file. Throws Refusal. */
export const serverOf = async (place: Place): Promise<ServerFacts | undefined> =>
  place.kind === 'postgres' ? lookAtServer(place.url) : undefined

/** Which version of a shared store's tables this program knows. */
export const knownVersion = schemaVersion

/** Keeps programs away that know an older version; whoever calls knows that none of them is there. */
export const raiseVersionIn = async (place: Place): Promise<void> =>
  place.kind === 'postgres' ? raiseVersion(place.url) : undefined

/**
 * Opens a store for one reading of all that it holds now.
 *
 * @param keysOf the journal's keys for a header, for what of the journal is in segments
 */
export async function wholeIn(
  place: Place,
  keysOf: (header: string) => JournalKeys,
): Promise<Whole> {
  if (place.kind === 'postgres') return readTables(place.url, keysOf)
  const { databasePath } = place
  const segmentsOf = (header: string) => new Segments(journalBeside(databasePath), keysOf(header))
  return readWhole(databasePath, segmentsOf)
}

/** The same from PostgreSQL without any keys: its segments are given as they are. */
export const sealedWholeIn = ({ url }: Shared): Promise<Whole> => readTables(url)

/** A store to be filled where there is none. */
export async function fillIn(place: Place, header: string, head: Position): Promise<Filling> {
  return place.kind === 'sqlite'
    ? fillWhole(place.databasePath, header, head)
    : fillTables(place.url, header, head)
}
