/**
 * How far an exporter has come: the number and link of the last batch whose records were taken for good,
 * and what else it must know to go on. Kept in a small file of its own, or, where nodes share the store,
 * in the store, by whoever holds the exporter's lease.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { base64, sameText } from '../../lib/bytes.ts'
import { replaceFile } from '../../lib/file.ts'
import type { Attempt, Look } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'
import type { JournalRow } from '../../store/engine.ts'
import type { Lease } from '../../store/lease.ts'
import type { Store } from '../../store/store.ts'
import type { JournalSource } from '../follower.ts'

export interface Bookmark<Rest> {
  readonly storeId: string
  readonly seq: number
  readonly link: string
  readonly rest: Rest
}

/** The bookmark behind a batch. */
export const behind = <Rest>(
  bookmark: Bookmark<Rest>,
  { seq, link }: Pick<JournalRow, 'seq' | 'link'>,
): Bookmark<Rest> => ({ ...bookmark, seq, link: base64(link) })

/** The journal with a look at single batches, by which a bookmark is known again. */
export type Journaled = JournalSource & {
  journalRow(seq: number): Promise<Pick<JournalRow, 'seq' | 'link'> | undefined>
}

/** Where a bookmark is kept. */
export interface BookmarkHome {
  find(): Promise<unknown>
  put(bookmark: Bookmark<unknown>): Promise<void>
  /** Puts it into what an attempt commits; false where it has to be put by itself. */
  putWith(attempt: Attempt, bookmark: Bookmark<unknown>): boolean
}

/** So many batches that hold nothing for an exporter are read again at most. */
export const idleRowsMax = 1000

/** Where to go on: from the beginning, unless the bookmark is of this very journal. */
export async function openBookmark<Rest>(
  home: BookmarkHome,
  storeId: string,
  source: Journaled,
  fresh: Rest,
): Promise<Bookmark<Rest>> {
  const found = (await home.find()) as Bookmark<Rest> | undefined
  const start = { storeId, seq: 0, link: '', rest: found?.storeId === storeId ? found.rest : fresh }
  if (!found || found.storeId !== storeId || found.seq === 0) return start
  // The database was put back to an earlier state; up to there everything was taken.
  if (found.seq > source.position) return { ...start, seq: source.position }
  const row = await source.journalRow(found.seq)
  return row && !sameText(base64(row.link), found.link) ? start : found
}

/** In a file, where one process has the store to itself. */
export function homeInFile(path: string): BookmarkHome {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return {
    find: async () => readFile(path),
    put: async (bookmark) => replaceFile(path, JSON.stringify(bookmark)),
    putWith: () => false,
  }
}

function readFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // none yet, or not to be read: what was taken is taken again
  }
}

const bookmarks = collection<Bookmark<unknown>>('audit-bookmarks')

/** In the store, for whichever node holds the lease. One that lost it moves nothing: LeaseLost is thrown. */
export function homeInStore(store: Store, name: string, lease: Lease): BookmarkHome {
  const putWith: BookmarkHome['putWith'] = (attempt, bookmark) => {
    lease.fence(attempt)
    attempt.put(bookmarks, [name], bookmark)
    return true
  }
  return {
    find: async () => store.see((look) => peekBookmark(look, name)),
    put: (bookmark) => store.attempt((attempt) => void putWith(attempt, bookmark)),
    putWith,
  }
}

/** For who only wants to know how far it is. */
export const peekBookmark = (look: Look, name: string): Bookmark<unknown> | undefined =>
  look.peek(bookmarks, name)
