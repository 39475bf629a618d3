/**
 * Records into files in CloudTrail's layout. What was read and not yet written is read again after a
 * restart: a file's name follows from where its records begin, so that it is written anew and never
 * twice. Log files come every few minutes or megabytes, digests every hour.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { base64 } from '../../lib/bytes.ts'
import { type Clock, hourMs } from '../../lib/clock.ts'
import type { JournalRow } from '../../store/engine.ts'
import type { JournalKeys } from '../../store/journal.ts'
import type { Lease } from '../../store/lease.ts'
import type { AuditRecord } from '../copies.ts'
import { recordsIn } from '../exporters/batches.ts'
import {
  type Bookmark,
  type BookmarkHome,
  idleRowsMax,
  type Journaled,
  openBookmark,
} from '../exporters/bookmark.ts'
import type { Exporter } from '../exporters/sink.ts'
import { Follower } from '../follower.ts'
import type { TapeRow } from '../tape.ts'
import { type DigestSigner, digestOf, type LogFile, type Previous, sha256 } from './digest.ts'
import { writeObject } from './folder.ts'
import { type Destination, logObject, type Shelf } from './layout.ts'

export interface DeliveryOptions {
  readonly name: string
  readonly to: Destination
  readonly source: Journaled
  readonly keys: JournalKeys
  readonly clock: Clock
  /** Where the position is kept. */
  readonly home: BookmarkHome
  readonly lease: Lease
  /** Nothing up to this batch is delivered. */
  readonly from: number
  readonly everyMs: number
  takes(record: AuditRecord): boolean
  /** Signs digests; there are none without it. */
  readonly signer?: (() => Promise<DigestSigner>) | undefined
  complain(thrown: unknown): void
}

/** What is kept beside the position. */
interface Delivered {
  readonly chains: Readonly<Record<string, Chain>>
  readonly logAt?: number
  readonly digestAt?: number
}

/** The digests of one account's region. */
interface Chain extends Shelf {
  /** When the next digest begins. */
  readonly startAt: number
  readonly logs: readonly LogFile[]
  readonly previous?: Previous
}

/** What was read and waits to be written: the records of one file, as text. */
interface Pending extends Shelf {
  readonly texts: string[]
  oldest: string
  newest: string
}

const rowsPerPage = 16
const pendingCharsMax = 4 << 20
const zip = promisify(gzip)

export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { home, keys, source } = options
  const bookmark = await openBookmark<Delivered>(home, keys.storeId, source, { chains: {} })
  const begun =
    bookmark.seq >= options.from ? bookmark : { ...bookmark, seq: options.from, link: '' }
  return new Delivery(options, begun)
}

export class Delivery implements Exporter {
  readonly name: string
  readonly #options: DeliveryOptions
  readonly #follower: Follower
  #bookmark: Bookmark<Delivered>
  #read: Pick<JournalRow, 'seq' | 'link'> | undefined
  #pending = new Map<string, Pending>()
  #pendingChars = 0
  #pendingSince = 0

  constructor(options: DeliveryOptions, bookmark: Bookmark<Delivered>) {
    this.name = options.name
    this.#options = options
    this.#bookmark = bookmark
    this.#follower = new Follower({
      source: options.source,
      after: bookmark.seq,
      rowsMax: rowsPerPage,
      take: (rows) => this.#take(rows),
      idle: () => this.#turn(),
      complain: options.complain,
    })
  }

  /** What waits only for its time is not behind. */
  get progress() {
    return { behind: this.#follower.lag, failing: this.#follower.isFailing }
  }

  /** When the last log file and the last digest were written, in milliseconds. */
  get delivered(): Pick<Delivered, 'logAt' | 'digestAt'> {
    return this.#bookmark.rest
  }

  /** Takes what is committed now, or what can be had of it within this time. */
  caughtUp(withinMilliseconds: number): Promise<boolean> {
    return this.#follower.caughtUp(withinMilliseconds)
  }

  /** Writes what waits, if that can be done. */
  async close(): Promise<void> {
    await this.#follower.close()
    await this.#flush().catch(() => {}) // it is read again at the next start
  }

  async #take(rows: readonly TapeRow[]): Promise<void> {
    await this.#turn()
    for (const row of rows) {
      // A page that failed half-way is given again.
      if (row.seq <= (this.#read?.seq ?? this.#bookmark.seq)) continue
      for (const record of recordsIn(row)) {
        if (this.#options.takes(record)) this.#keep(record)
      }
      this.#read = { seq: row.seq, link: row.link }
      if (this.#pendingChars >= pendingCharsMax) await this.#flush()
    }
  }

  #keep(record: AuditRecord): void {
    const { recipientAccountId: account, awsRegion: region, eventTime } = record
    const key = `${account}/${region}`
    if (this.#pending.size === 0) this.#pendingSince = this.#options.clock.now()
    const fresh = { account, region, texts: [], oldest: eventTime, newest: eventTime }
    const pending: Pending = this.#pending.get(key) ?? fresh
    this.#pending.set(key, pending)
    const text = JSON.stringify(record)
    pending.texts.push(text)
    this.#pendingChars += text.length
    if (eventTime < pending.oldest) pending.oldest = eventTime
    if (eventTime > pending.newest) pending.newest = eventTime
  }

  /** Whatever it is time for. */
  async #turn(): Promise<void> {
    const now = this.#options.clock.now()
    const isDue = this.#pending.size > 0 && now - this.#pendingSince >= this.#options.everyMs
    if (isDue) await this.#flush()
    if (
      this.#pending.size === 0 &&
      this.#read &&
      this.#read.seq > this.#bookmark.seq + idleRowsMax
    ) {
      await this.#write(this.#bookmark.rest, this.#read)
    }
    await this.#digest(now)
  }

  async #flush(): Promise<void> {
    if (this.#read === undefined || this.#pending.size === 0) return
    const { clock, lease } = this.#options
    const chains: Record<string, Chain> = { ...this.#bookmark.rest.chains }
    for (const [key, pending] of this.#pending) {
      lease.mustHold()
      const log = await this.#writeLog(pending)
      const { account, region } = pending
      const chain = chains[key] ?? { account, region, startAt: clock.now(), logs: [] }
      chains[key] = { ...chain, logs: [...chain.logs, log] }
    }
    await this.#write({ ...this.#bookmark.rest, chains, logAt: clock.now() }, this.#read)
    this.#pending = new Map()
    this.#pendingChars = 0
  }

  async #writeLog({ account, region, texts, oldest, newest }: Pending): Promise<LogFile> {
    const { to, keys, lease } = this.#options
    // Who lost the lease must not write over what the next one wrote from the same place on.
    const who = lease.token === 0 ? [] : [lease.token]
    const seed = [keys.storeId, this.#bookmark.seq, to.trail, account, region, ...who].join('\n')
    const object = logObject(to, { account, region }, Date.parse(oldest), seed)
    const text = `{"Records":[${texts.join(',')}]}`
    await writeObject(to.folder, object, await zip(text))
    return { object, hash: sha256(text), newestEventTime: newest, oldestEventTime: oldest }
  }

  /** One for each whole hour that has passed, or for several if nobody was here: none is left out. */
  async #digest(now: number): Promise<void> {
    const { signer, lease } = this.#options
    if (!signer) return
    for (const [key, chain] of Object.entries(this.#bookmark.rest.chains)) {
      const hours = Math.floor((now - chain.startAt) / hourMs)
      if (hours < 1) continue
      const endAt = chain.startAt + hours * hourMs
      lease.mustHold()
      const previous = await this.#writeDigest(chain, endAt, await signer())
      const next: Chain = { ...chain, startAt: endAt, logs: [], previous }
      const chains = { ...this.#bookmark.rest.chains, [key]: next }
      await this.#write({ ...this.#bookmark.rest, chains, digestAt: now }, this.#bookmark)
    }
  }

  /** The signature stands beside the digest, as it stands in the metadata of CloudTrail's objects. */
  async #writeDigest(chain: Chain, endAt: number, signer: DigestSigner): Promise<Previous> {
    const { to } = this.#options
    const { startAt, logs, previous } = chain
    const wish = { to, shelf: chain, startAt, endAt, logs, previous }
    const { object, hash, signature, text } = digestOf(wish, signer)
    // First: a digest that is seen has its signature.
    await writeObject(to.folder, `${object}.signature`, signature)
    await writeObject(to.folder, object, await zip(text))
    return { object, hash, signature }
  }

  async #write(
    rest: Delivered,
    { seq, link }: { seq: number; link: Uint8Array | string },
  ): Promise<void> {
    const text = typeof link === 'string' ? link : base64(link)
    const next = { ...this.#bookmark, seq, link: text, rest }
    await this.#options.home.put(next)
    this.#bookmark = next
  }
}
