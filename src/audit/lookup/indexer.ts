/**
 * The index's own thread: holds what was indexed last in memory, writes it as a run when it is much,
 * merges runs, and answers where a question's records stand, so that none of this is done on the thread
 * that answers requests.
 */
import type { KeyObject } from 'node:crypto'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { Unopenable } from '../../lib/sealer.ts'
import type { JournalRow } from '../../store/engine.ts'
import { Journal, type JournalKeys } from '../../store/journal.ts'
import { type AuditRecord, copyOf } from '../copies.ts'
import { attributesOf, type NamedResource, resourcesOf, usernameOf } from './attributes.ts'
import { newest, releaseEntries } from './entries.ts'
import { isDamage } from './file.ts'
import { Fresh, type Postings } from './fresh.ts'
import type { Query, Spot } from './query.ts'
import { type Reached, Table } from './table.ts'
import { Terms } from './terms.ts'

export interface IndexerData {
  readonly path: string
  readonly keys: JournalKeys
  readonly termKey: KeyObject
  /** Records that are held in memory at most, but for a page. */
  readonly freshRecordsMax: number
}

/** Batches of the journal as they are sealed, or what the records of such batches are found by. */
export type Taken = { readonly rows: readonly JournalRow[] } | { readonly postings: Postings }

export type IndexerMessage =
  | { readonly kind: 'reached' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'rekey'; readonly keys: JournalKeys }
  | {
      readonly kind: 'take'
      readonly taken: Taken
      /** The last of these batches. */
      readonly reached: Reached
      readonly keptFrom: number
    }
  | { readonly kind: 'find'; readonly query: Query }
  | Reading
  | { readonly kind: 'close' }

interface Reading {
  readonly kind: 'read'
  readonly query: Query
  readonly spots: readonly Spot[]
  /** The texts of the batches that they stand in, by number. */
  readonly batches: ReadonlyMap<number, Uint8Array>
}

/** A record that was found, as the one who asked may see it. */
export interface Found extends Spot {
  readonly record: AuditRecord
  readonly username: string | undefined
  readonly resources: readonly NamedResource[]
}

class Indexer {
  readonly #table: Table
  readonly #fresh = new Fresh()
  readonly #freshRecordsMax: number
  readonly #terms: Terms
  #journal: Journal
  /** How far the journal was followed, what is in memory included. */
  #reached: Reached
  #tidying: Generator<void> | undefined

  constructor({ path, keys, termKey, freshRecordsMax }: IndexerData) {
    this.#table = new Table(path, keys.storeId, termKey)
    this.#freshRecordsMax = freshRecordsMax
    this.#terms = new Terms(termKey)
    this.#journal = new Journal(keys)
    this.#reached = this.#table.reached
    this.#tidying = this.#table.tidy()
  }

  answer(message: IndexerMessage): unknown {
    switch (message.kind) {
      case 'reached':
        return this.#reached
      case 'reset':
        return this.#reset()
      case 'rekey':
        this.#journal = new Journal(message.keys)
        return undefined
      case 'take':
        return this.#take(message.taken, message.reached, message.keptFrom)
      case 'find':
        return this.#find(message.query)
      case 'read':
        return found(message)
      case 'close':
        this.#write()
        return this.#table.close()
    }
  }

  /** A step of what can wait. False when there is nothing of it. */
  tidy(): boolean {
    if (!this.#tidying) return false
    if (this.#tidying.next().done) this.#tidying = undefined
    return true
  }

  /** A file that was damaged while it was in use goes; it can be made from the journal again. */
  heed(thrown: unknown): unknown {
    if (!isDamage(thrown)) return thrown
    this.#tidying = undefined
    this.#table.discard()
    return new Error('its file was damaged; it is made anew at the next start')
  }

  #reset(): void {
    this.#tidying = undefined
    this.#fresh.drain()
    this.#table.reset()
    this.#reached = this.#table.reached
  }

  #take(taken: Taken, reached: Reached, keptFrom: number): void {
    // A page whose answer was lost is given again.
    if (reached.seq <= this.#reached.seq) return
    this.#fresh.add('postings' in taken ? taken.postings : this.#postingsOf(taken.rows, keptFrom))
    this.#reached = reached
    if (this.#fresh.recordsCount < this.#freshRecordsMax) return
    this.#write()
    this.#table.prune(keptFrom)
    this.#tidying ??= this.#table.tidy()
  }

  #write(): void {
    if (this.#reached.seq > this.#table.reached.seq) {
      const entries = this.#fresh.drain()
      this.#table.add(entries, this.#reached)
      releaseEntries(entries)
    }
  }

  #find(query: Query): Spot[] {
    const term = this.#terms.for(query)
    return newest(this.#fresh.find(term, query), this.#table.find(term, query), query.itemsMax)
  }

  #postingsOf(rows: readonly JournalRow[], keptFrom: number): Postings {
    const batches = rows.map((row) => ({ seq: row.seq, records: this.#recordsIn(row) }))
    return this.#terms.postingsOf(batches, keptFrom)
  }

  /** A damaged batch is for `audit verify` to name; it must not end the index. */
  #recordsIn(row: JournalRow): readonly AuditRecord[] {
    try {
      return this.#journal.open(row).records as readonly AuditRecord[]
    } catch (thrown) {
      if (thrown instanceof Unopenable) return []
      throw thrown
    }
  }
}

/** What stands at these spots, if it is what was asked for: terms are short and may meet. */
function found({ query, spots, batches }: Reading): Found[] {
  const opened = new Map(
    [...batches].map(([seq, text]) => [seq, JSON.parse(Buffer.from(text).toString()).records]),
  )
  return spots.flatMap((spot) => {
    const record: AuditRecord | undefined = opened.get(spot.seq)?.[spot.index]
    const copy = record && copyOf(record, query.account)
    return copy && isAskedFor(copy, query) ? [foundAt(spot, copy)] : []
  })
}

const foundAt = (spot: Spot, record: AuditRecord): Found => ({
  ...spot,
  record,
  username: usernameOf(record.userIdentity),
  resources: resourcesOf(record),
})

function isAskedFor(record: AuditRecord, { region, attribute }: Query): boolean {
  if (region !== undefined && record.awsRegion !== region) return false
  if (!attribute) return true
  return attributesOf(record).some(
    ({ name, value }) => name === attribute.name && value === attribute.value,
  )
}

function serve(port: MessagePort, indexer: Indexer): void {
  let isTidying = false
  const tidy = () => {
    try {
      isTidying = indexer.tidy()
    } catch (cause) {
      isTidying = false
      indexer.heed(cause)
    }
    // Questions come in between.
    if (isTidying) setImmediate(tidy)
  }
  port.on('message', (message: IndexerMessage) => {
    try {
      port.postMessage({ answer: indexer.answer(message) })
    } catch (cause) {
      const thrown = indexer.heed(cause)
      port.postMessage({ failure: thrown instanceof Error ? thrown.message : String(thrown) })
    }
    if (message.kind === 'close') port.close()
    else if (!isTidying) tidy()
  })
}

if (parentPort) serve(parentPort, new Indexer(workerData as IndexerData))
