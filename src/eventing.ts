/**
 * Events, wired: what happens in the house to the rules that wait for it, and from there to functions,
 * log groups and addresses outside. All of it behind the answers.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { AuditRecord } from './audit/copies.ts'
import { recordsIn } from './audit/exporters/batches.ts'
import { homeInFile, openBookmark } from './audit/exporters/bookmark.ts'
import type { Progress } from './audit/exporters/sink.ts'
import { Follower, type JournalSource } from './audit/follower.ts'
import type { Tape, TapeRow } from './audit/tape.ts'
import type { Config } from './config.ts'
import { Announcements } from './events/announcements.ts'
import { RuleBook } from './events/book.ts'
import { Calendar } from './events/calendar.ts'
import { Courier } from './events/courier.ts'
import { DeliveryReader, DeliveryStore } from './events/deliveries.ts'
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
import type { Letters } from './services/strongroom/letter.ts'
import type { Store } from './store/store.ts'
import type { World } from './world.ts'

/** Dead letters, as the operator's API reads and redrives them. */
export const letters: Letters = {
  list: (attempt, shelf, page) => new DeliveryReader(attempt).listDead(shelf, page),
  find: (attempt, shelf, id) => new DeliveryReader(attempt).findDead(shelf, id),
  drop: (attempt, shelf, id) => new DeliveryStore(attempt).dig(shelf, id),
  redrive(attempt, shelf, id, now) {
    const store = new DeliveryStore(attempt)
    const letter = store.findDead(shelf, id)
    if (!letter) return false
    const delivery = { event: letter.event, takenAt: now, tries: 0 }
    store.add(letter.lane, { dueAt: now, id: randomUUID() }, delivery)
    store.dig(shelf, id)
    return true
  },
}

interface Parts {
  readonly folder: Folder
  readonly config: Config
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly tape: Tape
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
  /** How far rules are behind what was answered. */
  progress(): Progress
  close(): Promise<void>
}

/** Knows the rules from here on: what is committed behind this reaches them. */
export async function openEvents(parts: Parts): Promise<Events> {
  const { folder, config, store, world } = parts
  const complain = (thrown: unknown) => world.complain(`events wait: ${thrown}`)
  const book = new RuleBook(store.see)
  const connections = new Connections(folder.keyring.sealer('connections'))
  const admits = admittedBeside(config.eventsPrivate)
  let running: Running | undefined
  store.onCommit((changed, isBehind) => {
    book.note(changed)
    // More was changed than is known: every rule is read anew, before anything is asked of them.
    if (isBehind) book.doubt()
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
    progress: () => running?.progress() ?? { behind: 0, failing: false },
    close: async () => running?.close(),
  }
}

const destinationsOf = ({ store, clock }: Parts, connections: Connections, admits: Admits) =>
  new Destinations({ see: store.see, clock, connections, admits })

interface Running {
  progress(): Progress
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
    see: store.see,
    attempt: ((each) => store.attempt(each)) as Store['attempt'],
    ...{ clock, book, send, complain },
    isAlone: engine.config.storeUrl === undefined,
    random: Math.random,
  }
  const reader = await readJournal(engine)
  const courier = new Courier(port)
  const announcements = new Announcements(port)
  const calendar = new Calendar(port)
  return {
    progress: () => reader.progress(),
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
/** A second look at what matched nothing costs only the looking, and each writing stops every answer. */
const writtenEveryMs = 30_000

/**
 * Reads the journal behind the answers. How far it came stands in the store wherever a rule matched,
 * in the same commit, and now and then in a file beside it: what is read twice has moved nothing.
 */
async function readJournal(engine: Engine) {
  const { folder, config, store, tape, complain } = engine
  const { journalKeys: keys } = folder
  const home = homeInFile(join(config.dataPath, 'exporters', 'events.json'))
  const reached = (await store.see((look) => new EventReader(look).position())) ?? 0
  const fresh = { hasBegun: false }
  let bookmark = await openBookmark(home, keys.storeId, tape, fresh)
  // A house that never had rules, or has another's file: what was before is nobody's event.
  const hasBegun = bookmark.rest.hasBegun || reached > 0
  const after = hasBegun ? Math.max(bookmark.seq, reached) : store.position
  const row = await tape.journalRow(after)
  bookmark = {
    ...bookmark,
    seq: after,
    link: row ? base64(row.link) : '',
    rest: { hasBegun: true },
  }
  await home.put(bookmark)
  let writtenAt = performance.now()
  let written = bookmark.seq
  const write = async () => {
    if (bookmark.seq !== written) await home.put(bookmark)
    written = bookmark.seq
    writtenAt = performance.now()
  }
  const writeWhenDue = async () => {
    if (performance.now() - writtenAt > writtenEveryMs) await write()
  }
  const follower = new Follower({
    source: sourceOf(engine),
    ...{ after, rowsMax: rowsPerPage, complain },
    idle: writeWhenDue,
    async take(rows) {
      const last = rows.at(-1) as TapeRow
      await take(engine, rows)
      bookmark = { ...bookmark, seq: last.seq, link: base64(last.link) }
      await writeWhenDue()
    },
  })
  return {
    wake: () => follower.wake(),
    // Where there are no rules nobody waits for what was not read.
    progress: () => ({
      behind: engine.book.isOpen ? follower.lag : 0,
      failing: follower.isFailing,
    }),
    async close() {
      await follower.close()
      await write()
    },
  }
}

/** Where there are no rules, only the last row is looked at. */
const sourceOf = ({ tape, book }: Engine): JournalSource => ({
  get position() {
    return tape.position
  },
  journal: (after, upTo, page) =>
    tape.journal(book.isOpen ? after : Math.max(after, upTo - 1), upTo, page),
})

interface Found extends Match {
  readonly seq: number
}

/**
 * Asks the rules about the records of these rows. Their deliveries and the position are one commit: of
 * many nodes that read the same rows, one puts them.
 */
async function take(engine: Engine, rows: readonly TapeRow[]): Promise<void> {
  const { store, book, clock } = engine
  if (!book.isOpen) return
  const found: Found[] = []
  for (const row of rows) {
    found.push(...(await matchesIn(engine, row)))
    // A batch may hold hundreds of records: whoever answers requests comes in between.
    await new Promise((go) => setImmediate(go))
  }
  if (found.length === 0) return
  await store.attempt(async (attempt) => {
    const events = new EventStore(attempt)
    const reached = events.position() ?? 0
    const fresh = found.filter(({ seq }) => seq > reached)
    for (const match of fresh) await enqueue(attempt, match, clock.now())
    if (fresh.length > 0) events.putPosition((rows.at(-1) as TapeRow).seq)
  })
}

async function matchesIn({ book }: Engine, row: TapeRow): Promise<Found[]> {
  const found: Found[] = []
  for (const record of recordsIn(row)) {
    if (!book.isAwaited(record.recipientAccountId, record.awsRegion)) continue
    const posted = postedRecord(record satisfies AuditRecord)
    const matches = posted ? await matchesOf(book, posted) : []
    found.push(...matches.map((match) => ({ ...match, seq: row.seq })))
  }
  return found
}
