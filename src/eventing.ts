/**
 * Events, wired: what happens in the house to the rules that wait for it, and from there to functions,
 * log groups and addresses outside. All of it behind the answers.
 */
import { join } from 'node:path'
import type { AuditRecord } from './audit/copies.ts'
import { recordsIn } from './audit/exporters/batches.ts'
import { openBookmark, writeBookmark } from './audit/exporters/bookmark.ts'
import { Follower, type JournalSource } from './audit/follower.ts'
import type { Config } from './config.ts'
import { Announcements } from './events/announcements.ts'
import { RuleBook } from './events/book.ts'
import { Calendar } from './events/calendar.ts'
import { Courier } from './events/courier.ts'
import { Destinations } from './events/destination.ts'
import { postedRecord } from './events/recorded.ts'
import type { Send } from './events/retry.ts'
import { enqueue, type Match, matchesOf } from './events/router.ts'
import { Connections } from './events/secrets.ts'
import { EventReader, EventStore } from './events/store.ts'
import type { Folder } from './folder.ts'
import { type Admits, admittedBeside } from './lib/address.ts'
import { base64 } from './lib/bytes.ts'
import type { Clock } from './lib/clock.ts'
import { sendBy } from './sending.ts'
import type { EnterAs } from './server/inside.ts'
import type { Measure } from './services/logs/index.ts'
import type { JournalRow } from './store/engine.ts'
import { Journal } from './store/journal.ts'
import type { Store } from './store/store.ts'
import type { World } from './world.ts'

interface Parts {
  readonly folder: Folder
  readonly config: Config
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly enterAs: EnterAs
  /** Adds what metric filters found to their metrics. */
  readonly measure: Measure
}

export interface Events {
  readonly connections: Connections
  /** Which addresses events may be sent to. */
  readonly admits: Admits
  /** Begins with what was left over. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Knows the rules from here on: what is committed behind this reaches them. */
export async function openEvents(parts: Parts): Promise<Events> {
  const { folder, config, store, world } = parts
  const complain = (thrown: unknown) => world.complain(`events wait: ${thrown}`)
  const book = new RuleBook(() => store.begin())
  const connections = new Connections(folder.keyring.sealer('connections'))
  const admits = admittedBeside(config.eventsPrivate)
  let running: Running | undefined
  store.onCommit((changed) => {
    if (changed.length > 0) book.note(changed)
    running?.note(changed)
  })
  store.awaitedBy((account, region) => book.isAwaited(account, region))
  await book.open()
  return {
    ...{ connections, admits },
    async start() {
      const send = sendBy({ ...parts, destinations: destinationsOf(parts, connections, admits) })
      running = await run({ ...parts, book, send, complain })
    },
    close: async () => running?.close(),
  }
}

const destinationsOf = ({ store, clock }: Parts, connections: Connections, admits: Admits) =>
  new Destinations({ begin: () => store.begin(), clock, connections, admits })

interface Running {
  note(changed: readonly string[]): void
  close(): Promise<void>
}

interface Engine extends Parts {
  readonly book: RuleBook
  readonly send: Send
  complain(thrown: unknown): void
}

async function run(engine: Engine): Promise<Running> {
  const { store, clock, book, send, complain } = engine
  const port = {
    begin: () => store.begin(),
    attempt: ((each) => store.attempt(each)) as Store['attempt'],
    ...{ clock, book, send, complain },
    random: Math.random,
  }
  const reader = await readJournal(engine)
  const courier = new Courier(port)
  const announcements = new Announcements(port)
  const calendar = new Calendar(port)
  return {
    note(changed) {
      if (book.isOpen) reader.wake()
      if (changed.length === 0) return
      courier.note(changed)
      announcements.note(changed)
      calendar.note(changed)
    },
    async close() {
      await reader.close()
      await Promise.all([announcements.close(), calendar.close()])
      await courier.close()
    },
  }
}

const rowsPerPage = 16
const writtenEveryMs = 1000

/**
 * Reads the journal behind the answers. How far it came stands in the store wherever a rule matched,
 * in the same commit, and now and then in a file beside it: what is read twice has moved nothing.
 */
async function readJournal(engine: Engine) {
  const { folder, config, store, complain } = engine
  const { journalKeys: keys } = folder
  const path = join(config.dataPath, 'exporters', 'events.json')
  const reached = (await new EventReader(store.begin()).position()) ?? 0
  const fresh = { hasBegun: false }
  let bookmark = await openBookmark(path, keys.storeId, store, fresh)
  // A house that never had rules, or has another's file: what was before is nobody's event.
  const hasBegun = bookmark.rest.hasBegun || reached > 0
  const after = hasBegun ? Math.max(bookmark.seq, reached) : store.position
  const row = await store.journalRow(after)
  bookmark = {
    ...bookmark,
    seq: after,
    link: row ? base64(row.link) : '',
    rest: { hasBegun: true },
  }
  writeBookmark(path, bookmark)
  let writtenAt = performance.now()
  let written = bookmark.seq
  const write = () => {
    if (bookmark.seq !== written) writeBookmark(path, bookmark)
    written = bookmark.seq
    writtenAt = performance.now()
  }
  const follower = new Follower({
    source: sourceOf(engine),
    ...{ after, rowsMax: rowsPerPage, complain },
    idle: write,
    async take(rows) {
      const last = rows.at(-1) as JournalRow
      await take(engine, rows)
      bookmark = { ...bookmark, seq: last.seq, link: base64(last.link) }
      if (performance.now() - writtenAt > writtenEveryMs) write()
    },
  })
  return {
    wake: () => follower.wake(),
    async close() {
      await follower.close()
      write()
    },
  }
}

/** Where there are no rules, only the last row is looked at. */
const sourceOf = ({ store, book }: Engine): JournalSource => ({
  get position() {
    return store.position
  },
  journal: (after, upTo, page) =>
    store.journal(book.isOpen ? after : Math.max(after, upTo - 1), upTo, page),
})

/** Asks the rules about the records of these rows; their deliveries and the position are one commit. */
async function take(
  { folder, store, book, clock }: Engine,
  rows: readonly JournalRow[],
): Promise<void> {
  if (!book.isOpen) return
  const journal = new Journal(folder.journalKeys)
  const found: { readonly seq: number; readonly match: Match }[] = []
  for (const row of rows) {
    for (const match of await matchesIn(book, recordsIn(journal, row))) {
      found.push({ seq: row.seq, match })
    }
  }
  if (found.length === 0) return
  await store.attempt(async (attempt) => {
    const kept = new EventStore(attempt)
    // Nodes that share a store read the same journal: who comes second finds it done.
    const reached = (await kept.position()) ?? 0
    for (const { seq, match } of found) {
      if (seq > reached) await enqueue(attempt, match, clock.now())
    }
    kept.putPosition(Math.max(reached, rows.at(-1)?.seq ?? 0))
  })
}

async function matchesIn(book: RuleBook, records: readonly AuditRecord[]): Promise<Match[]> {
  const matches: Match[] = []
  for (const record of records) {
    if (!book.isAwaited(record.recipientAccountId, record.awsRegion)) continue
    const posted = postedRecord(record)
    if (posted) matches.push(...(await matchesOf(book, posted)))
  }
  return matches
}
