/**
 * A backup into a store that is being filled. The journal is chained anew on the way: a backup whose
 * chain does not hold from its first batch to its head is refused like a damaged one.
 */
import { sameBytes } from '../lib/bytes.ts'
import type { JournalRow } from '../store/engine.ts'
import { firstLink, type Journal } from '../store/journal.ts'
import type { Filling, Part } from '../store/whole.ts'
import type { BackupReader } from './read.ts'
import type { BackupKeys, Progress } from './write.ts'

/** Fills a store with all of a backup and ends it, or leaves nothing of it. Throws Refusal. */
export async function unpack(
  reader: BackupReader,
  keys: BackupKeys,
  filling: Filling,
  progress: Progress = () => {},
): Promise<void> {
  try {
    await pour(reader, keys, filling, progress)
    await filling.end()
  } catch (thrown) {
    await filling.abandon()
    throw thrown
  }
}

async function pour(
  reader: BackupReader,
  keys: BackupKeys,
  filling: Filling,
  progress: Progress,
): Promise<void> {
  const { head } = reader.preamble
  let last: Link = { seq: 0, link: firstLink }
  for (const part of reader.parts(keys)) {
    if (part.kind === 'journal') last = follow(reader, keys.journal, last, part)
    // What was pruned when the backup was made is not in it: the chain goes on behind.
    if (part.kind === 'pruned') last = part.rows.at(-1) ?? last
    await filling.put(part)
    progress(reader.at, reader.bytes)
  }
  if (last.seq !== head.seq || !sameBytes(last.link, head.link)) {
    throw reader.doubt('holds a journal that does not reach its head')
  }
}

type Link = Pick<JournalRow, 'seq' | 'link'>

function follow(
  reader: BackupReader,
  journal: Journal,
  before: Link,
  part: Extract<Part, { kind: 'journal' }>,
): Link {
  let last = before
  for (const { seq, link, batch } of part.rows) {
    const fits = seq === last.seq + 1 && sameBytes(link, journal.link(seq, last.link, batch))
    if (!fits) throw reader.doubt(`holds a journal whose chain breaks at ${seq}`)
    last = { seq, link }
  }
  return last
}
