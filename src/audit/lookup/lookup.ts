/**
 * Finding records: an index beside the store, made from the journal off the hot path. It lives in a
 * file of its own, which may be lost or thrown away at any time: it is made again from the journal.
 */
import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { sameBytes } from '../../lib/bytes.ts'
import { type Clock, secondMs } from '../../lib/clock.ts'
import { startThread } from '../../lib/thread.ts'
import type { JournalKeys } from '../../store/journal.ts'
import type { Journaled } from '../exporters/bookmark.ts'
import { Follower } from '../follower.ts'
import type { TapeRow } from '../tape.ts'
import type { Found, IndexerData, IndexerMessage } from './indexer.ts'
import type { Query, Spot } from './query.ts'
import type { Reached } from './table.ts'
import { Terms } from './terms.ts'

export interface LookupOptions {
  readonly source: Journaled
  /** The texts of batches that are still kept, by their numbers. */
  batches(seqs: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>>
  readonly path: string
  readonly keys: JournalKeys
  /** Hashes what records are found by. */
  readonly termKey: KeyObject
  /** How long a record can be found: CloudTrail's own measure is 90 days. */
  readonly keptSeconds: number
  readonly clock: Clock
  complain(thrown: unknown): void
}

/** A page of what was found, newest first. `next` is where to go on, absent at the end. */
export interface Page {
  readonly items: readonly Found[]
  readonly next: Spot | undefined
}

const rowsPerPage = 32
/** Of these a start behind a kill has to read again. */
const freshRecordsMax = 32_768
/** How long a question waits for the index to hold what was committed before it. */
const freshMilliseconds = 1000

export class Lookup {
  readonly #options: LookupOptions
  readonly #thread: Thread
  readonly #terms: Terms
  /** Present once the index is known to be of this journal; absent if it cannot be had. */
  readonly #followed: Promise<Follower | undefined>
  #follower: Follower | undefined

  /** Nobody waits for the index to open: what it cannot do yet, it does later. */
  constructor(options: LookupOptions) {
    const { path, keys, termKey, complain } = options
    this.#options = options
    this.#terms = new Terms(termKey)
    this.#thread = new Thread({ path, keys, termKey, freshRecordsMax })
    this.#followed = this.#follow().catch((thrown) => void complain(thrown))
  }

  /** How many batches the index does not hold yet. */
  get lag(): number {
    return this.#follower?.lag ?? this.#options.source.position
  }

  /** Records by an attribute and time, newest first, with what was committed before the question. */
  async find(query: Query): Promise<Page> {
    const follower = await this.#followed
    await follower?.caughtUp(freshMilliseconds)
    const from = Math.max(query.from ?? 0, this.#keptFrom())
    const spots = await this.#thread.ask<Spot[]>({ kind: 'find', query: { ...query, from } })
    const batches = await this.#options.batches([...new Set(spots.map(({ seq }) => seq))])
    const items = await this.#thread.ask<Found[]>({ kind: 'read', query, spots, batches })
    return { items, next: spots.length === query.itemsMax ? spots.at(-1) : undefined }
  }

  async close(): Promise<void> {
    await (await this.#followed)?.close()
    await this.#thread.close()
  }

  async #follow(): Promise<Follower> {
    const { source, complain } = this.#options
    const { seq, link } = await this.#thread.ask<Reached>({ kind: 'reached' })
    const isOurs = await isOf(source, seq, link)
    if (!isOurs) await this.#thread.ask({ kind: 'reset' })
    this.#follower = new Follower({
      source,
      after: isOurs ? seq : 0,
      rowsMax: rowsPerPage,
      take: async (rows) => {
        await this.#take(rows)
      },
      complain,
    })
    return this.#follower
  }

  /** What is at hand is taken apart here, where it is parsed for others, too; what is not, over there. */
  async #take(rows: readonly TapeRow[]): Promise<void> {
    const { seq, link } = rows.at(-1) as TapeRow
    const keptFrom = this.#keptFrom()
    const sealed = rows.flatMap((row) => row.sealed ?? [])
    const taken =
      sealed.length === rows.length
        ? { rows: sealed }
        : { postings: this.#terms.postingsOf(rows, keptFrom) }
    await this.#thread.ask({ kind: 'take', taken, reached: { seq, link }, keptFrom })
  }

  #keptFrom(): number {
    const { clock, keptSeconds } = this.#options
    return Math.floor(clock.now() / secondMs) - keptSeconds
  }
}

/** Whether the index followed this very journal: a database that was put back has other batches. */
async function isOf(
  source: LookupOptions['source'],
  seq: number,
  link: Uint8Array,
): Promise<boolean> {
  if (seq === 0) return true
  if (seq > source.position) return false
  const row = await source.journalRow(seq)
  return row === undefined || sameBytes(row.link, link)
}

const idsIn = ({ seal }: JournalKeys): string => [...seal.keys.keys()].join()

/** What is handed over and not copied. */
const transfersOf = (message: IndexerMessage): ArrayBuffer[] =>
  message.kind === 'take' && 'postings' in message.taken
    ? [message.taken.postings.buffer as ArrayBuffer]
    : []

/** Questions to the indexer, answered in their order. */
class Thread {
  readonly #worker: Worker
  readonly #awaited: { resolve(answer: unknown): void; reject(reason: Error): void }[] = []
  readonly #keys: JournalKeys
  #knownIds: string
  #failure: Error | undefined

  constructor(workerData: IndexerData) {
    this.#keys = workerData.keys
    this.#knownIds = idsIn(workerData.keys)
    this.#worker = startThread('audit/lookup/indexer', workerData)
    this.#worker.on('message', ({ answer, failure }: { answer?: unknown; failure?: string }) => {
      const awaited = this.#awaited.shift()
      if (failure === undefined) awaited?.resolve(answer)
      else awaited?.reject(new Error(failure))
    })
    this.#worker.on('error', (thrown) => {
      const failure = thrown instanceof Error ? thrown : new Error(String(thrown))
      this.#failure = failure
      for (const { reject } of this.#awaited.splice(0)) reject(failure)
    })
  }

  ask<Answer>(message: IndexerMessage): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure)
    // The keys over there are a copy: a key that was taken up since must come before its batches.
    const ids = idsIn(this.#keys)
    if (ids !== this.#knownIds) this.#post({ kind: 'rekey', keys: this.#keys }).catch(() => {})
    this.#knownIds = ids
    return this.#post<Answer>(message)
  }

  #post<Answer>(message: IndexerMessage): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#awaited.push({ resolve, reject })
    this.#worker.postMessage(message, transfersOf(message))
    return promise as Promise<Answer>
  }

  async close(): Promise<void> {
    if (this.#failure) return
    const gone = once(this.#worker, 'exit')
    await this.ask({ kind: 'close' })
    await gone
  }
}
