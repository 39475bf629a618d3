/**
 * The index's own thread: opens sealed batches, takes their records apart, and answers where a
 * question's records stand, so that none of this is done on the thread that answers requests.
 */
import type { KeyObject } from 'node:crypto'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { Unopenable } from '../../lib/sealer.ts'
import type { JournalRow } from '../../store/engine.ts'
import { Journal, type JournalKeys } from '../../store/journal.ts'
import { type AuditRecord, copyOf } from '../copies.ts'
import { attributesOf, type NamedResource, resourcesOf, usernameOf } from './attributes.ts'
import type { Query, Spot } from './query.ts'
import { isDamage, type Posting, type Reached, Table } from './table.ts'
import { Terms } from './terms.ts'

export interface IndexerData {
  readonly path: string
  readonly keys: JournalKeys
  readonly termKey: KeyObject
}

export type IndexerMessage =
  | { readonly kind: 'reached' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'rekey'; readonly keys: JournalKeys }
  | { readonly kind: 'take'; readonly rows: readonly JournalRow[]; readonly keptFrom: number }
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
  readonly #terms: Terms
  #journal: Journal

  constructor({ path, keys, termKey }: IndexerData) {
    this.#table = new Table(path, keys.storeId)
    this.#terms = new Terms(termKey)
    this.#journal = new Journal(keys)
  }

  answer(message: IndexerMessage): unknown {
    switch (message.kind) {
      case 'reached':
        return this.#table.reached
      case 'reset':
        return this.#table.reset()
      case 'rekey':
        this.#journal = new Journal(message.keys)
        return undefined
      case 'take':
        return this.#take(message.rows, message.keptFrom)
      case 'find':
        return this.#table.find(this.#terms.for(message.query), message.query)
      case 'read':
        return found(message)
      case 'close':
        return this.#table.close()
    }
  }

  /** A file that was damaged while it was in use goes; it can be made from the journal again. */
  heed(thrown: unknown): unknown {
    if (!isDamage(thrown)) return thrown
    this.#table.discard()
    return new Error('its file was damaged; it is made anew at the next start')
  }

  #take(rows: readonly JournalRow[], keptFrom: number): Reached {
    const last = rows.at(-1)
    if (!last) return this.#table.reached
    const reached = { seq: last.seq, link: last.link }
    this.#table.add(
      rows.flatMap((row) => this.#postingsOf(row, keptFrom)),
      reached,
    )
    this.#table.prune(keptFrom)
    return reached
  }

  #postingsOf(row: JournalRow, keptFrom: number): Posting[] {
    return this.#recordsIn(row).flatMap((record, index) => {
      const second = Date.parse(record.eventTime) / 1000
      if (!(second >= keptFrom)) return []
      return this.#terms.of(record).map((term) => ({ term, second, seq: row.seq, index }))
    })
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
  port.on('message', (message: IndexerMessage) => {
    try {
      port.postMessage({ answer: indexer.answer(message) })
    } catch (cause) {
      const thrown = indexer.heed(cause)
      port.postMessage({ failure: thrown instanceof Error ? thrown.message : String(thrown) })
    }
    if (message.kind === 'close') port.close()
  })
}

if (parentPort) serve(parentPort, new Indexer(workerData as IndexerData))
