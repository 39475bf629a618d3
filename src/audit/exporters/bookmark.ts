/**
 * How far an exporter has come, in a small file of its own: the number and link of the last batch
 * whose records were taken for good, and what else it must know to go on.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { base64, sameText } from '../../lib/bytes.ts'
import { replaceFile } from '../../lib/file.ts'
import type { JournalRow } from '../../store/engine.ts'
import type { JournalSource } from '../follower.ts'

export interface Bookmark<Rest> {
  readonly storeId: string
  readonly seq: number
  readonly link: string
  readonly rest: Rest
}

/** The journal with a look at single batches, by which a bookmark is known again. */
export type Journaled = JournalSource & {
  journalRow(seq: number): Promise<JournalRow | undefined>
}

/** Where to go on: from the beginning, unless the bookmark is of this very journal. */
export async function openBookmark<Rest>(
  path: string,
  storeId: string,
  source: Journaled,
  fresh: Rest,
): Promise<Bookmark<Rest>> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const found = readBookmark<Rest>(path)
  const start = { storeId, seq: 0, link: '', rest: found?.storeId === storeId ? found.rest : fresh }
  if (!found || found.storeId !== storeId || found.seq === 0) return start
  // The database was put back to an earlier state; up to there everything was taken.
  if (found.seq > source.position) return { ...start, seq: source.position }
  const row = await source.journalRow(found.seq)
  return row && !sameText(base64(row.link), found.link) ? start : found
}

function readBookmark<Rest>(path: string): Bookmark<Rest> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // none yet, or not to be read: what was taken is taken again
  }
}

export const writeBookmark = (path: string, bookmark: Bookmark<unknown>): void =>
  replaceFile(path, JSON.stringify(bookmark))
