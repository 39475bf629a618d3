/**
 * Connections to the PostgreSQL server that takes writes: found among the hosts that were named, lost
 * with a failover, found again with back-off and jitter. No connection carries state from one
 * transaction to the next, so that a pooler in transaction mode may stand in between.
 *
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { Refusal } from '../../lib/fault.ts'
import { StoreAway, StoreFull } from '../engine.ts'
import { addressesIn } from './address.ts'
import { Connections } from './connections.ts'

/** How many connections a node makes at most. */
export const connectionsPerNode = 8

export interface PrimaryOptions {
  /** `postgres://user:password@host:port,host:port/database?sslmode=...`. */
  readonly url: string
  readonly connectionsMax?: number
  /** For how long a call waits for a primary to be found. */
  readonly patienceMs?: number
  /** Told when the database is lost, and when it is found again. */
  complain?(words: string): void
}

const retryMilliseconds = 50
const retryMillisecondsMax = 1000
/** How long what was lent of a server that was lost may take to come back: longer than any statement. */
const farewellMilliseconds = 15_000
/** How long a server's goodbye is waited for. */
const goodbyeMilliseconds = 1000
const watchMilliseconds = 250

export class Primary {
  readonly #addresses: readonly string[]
  readonly #connectionsMax: number
  readonly #patienceMs: number
  readonly #complain: (words: string) => void
  readonly #ending = new AbortController()
  /** Of every server that was found, as long as there are any. */
  readonly #all = new Set<Connections>()
  /** Since when each that is lent is. */
  readonly #lent = new Set<{ readonly since: number }>()
  #now: Connections | undefined
  #finding: Promise<Connections> | undefined
  /** Where the primary was last: where it is looked for first. */
  #at = 0
  #made = 0
  #hurry: NodeJS.Timeout | undefined

  constructor({
    url,
    connectionsMax = connectionsPerNode,
    patienceMs = 8000,
    complain,
  }: PrimaryOptions) {
    this.#addresses = addressesIn(url)
    this.#connectionsMax = connectionsMax
    this.#patienceMs = patienceMs
    this.#complain = complain ?? (() => {})
  }

  /**
   * Lends a connection. Throws StoreAway when there is no primary for as long as the patience lasts;
   * Lost when the connection broke under the work, of which nobody knows then whether it was done.
   */
  async use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const loan = { since: performance.now() }
    this.#lent.add(loan)
    try {
      return await this.#lend(work)
    } finally {
      this.#lent.delete(loan)
    }
  }

  async #lend<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const { from, client } = await this.#connect()
    try {
      const output = await work(client)
      client.release()
      return output
    } catch (thrown) {
      const isGone = !(thrown instanceof Refusal) && isConnectionLost(thrown)
      // What a transaction left open ends with its connection.
      client.release(true)
      if (!isGone) throw meaningOf(thrown)
      this.#lose(from)
      throw new Lost(thrown)
    }
  }

  /** For statements that may be sent again: once more on another connection where the first one broke. */
  async read<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    try {
      return await this.use(work)
    } catch (thrown) {
      if (thrown instanceof Lost) return await this.use(work)
      throw thrown
    }
  }

  /** How many connections were made: to another server each time, for all that is known. */
  get connections(): number {
    return this.#made + (this.#now?.made ?? 0)
  }

  /**
   * The process ends: a database that keeps somebody waiting for as long as the patience lasts is given up
   * for all of them, so that what is still to be done does not wait for it one after the other.
   */
  hurry(): void {
    if (this.#hurry || this.#ending.signal.aborted) return
    const since = performance.now()
    this.#hurry = setInterval(() => {
      const until = performance.now() - this.#patienceMs
      for (const loan of this.#lent) if (Math.max(since, loan.since) < until) return this.#giveUp()
    }, watchMilliseconds)
    this.#hurry.unref()
  }

  #giveUp(): void {
    this.#complain('the database does not answer: this node ends without it')
    this.#end()
    for (const each of this.#all) each.cut()
  }

  #end(): void {
    clearInterval(this.#hurry)
    this.#ending.abort()
  }

  /** Ends within a bounded time, whatever the database does. */
  async close(): Promise<void> {
    this.#end()
    await Promise.all([...this.#all].map((each) => each.end(goodbyeMilliseconds)))
  }

  async #connect(): Promise<{ from: Connections; client: PoolClient }> {
    const until = performance.now() + this.#patienceMs
    for (;;) {
      const from = await this.#found(until - performance.now())
      try {
        return { from, client: await from.connect() }
      } catch {
        // All are lent, to statements that take long: the server is there.
        if (from.isFull) throw new StoreAway()
        this.#lose(from)
      }
    }
  }

  async #found(patienceMs: number): Promise<Connections> {
    if (this.#ending.signal.aborted) throw new StoreAway()
    if (this.#now) return this.#now
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined
    })
    const waiting = new AbortController()
    const signal = AbortSignal.any([waiting.signal, this.#ending.signal])
    const tooLong = sleep(Math.max(1, patienceMs), undefined, { signal }).then(away, away)
    try {
      return await Promise.race([this.#finding, tooLong])
    } finally {
      tooLong.catch(() => {})
      waiting.abort()
    }
  }

  /** One search, however many wait for it. */
  async #find(): Promise<Connections> {
    for (let round = 0; ; round++) {
      for (const _ of this.#addresses) {
        const found = await this.#tried(this.#addresses[this.#at % this.#addresses.length] ?? '')
        if (this.#ending.signal.aborted) throw new StoreAway()
        if (found) {
          if (round > 0) this.#complain('the database answers again')
          this.#now = found
          return found
        }
        this.#at++
      }
      if (round === 0) this.#complain('no database that takes writes answers; it is looked for')
      const pause = Math.min(retryMilliseconds * 2 ** round, retryMillisecondsMax)
      const { signal } = this.#ending
      await sleep(pause * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(away)
    }
  }

  async #tried(address: string): Promise<Connections | undefined> {
    const connections = new Connections({
      address,
      max: this.#connectionsMax,
      // Another server may still be tried within the patience.
      connectMilliseconds: this.#patienceMs / 2,
      verify: mustTakeWrites,
    })
    this.#all.add(connections)
    try {
      const client = await connections.connect()
      client.release()
      return connections
    } catch (thrown) {
      this.#leave(connections, goodbyeMilliseconds)
      if (!isConnectionLost(thrown)) throw thrown
      return undefined
    }
  }

  #lose(connections: Connections): void {
    if (this.#now !== connections) return
    this.#now = undefined
    this.#made += connections.made
    this.#leave(connections, farewellMilliseconds)
  }

  #leave(connections: Connections, graceMs: number): void {
    void connections.end(graceMs).then(() => this.#all.delete(connections))
  }
}

function away(): never {
  throw new StoreAway()
}

/** The connection broke: what was sent may have been done. */
export class Lost extends Error {
  override name = 'Lost'
  constructor(cause: unknown) {
    super('the connection to the database was lost', { cause })
  }
}

/** A standby answers reads, of an older state; and a primary that was put aside takes no writes. */
async function mustTakeWrites(client: PoolClient): Promise<void> {
  const { rows } = await client.query(
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS standby",
  )
  if (rows[0]?.standby) throw Object.assign(new Error('a standby'), { code: readOnly })
}

const readOnly = '25006'
const wrongPassword = '28P01'
/** Too slow: the head was not to be had in time, or the server gave a statement up. */
const tooSlow = new Set(['55P03', '57014'])
const diskFull = '53100'

/**
 * Whether an error says something of the connection or of the server's state, and nothing of the
 * statement. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function isConnectionLost(thrown: unknown): boolean {
  const { code } = thrown as { code?: string }
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return true
  return code === readOnly || /^(08|57P|53300|25P03)/.test(code)
}

/** What passes by itself is told apart from a fault of ours. */
function meaningOf(thrown: unknown): unknown {
  const { code = '' } = thrown as { code?: string }
  if (code === diskFull) return new StoreFull()
  return tooSlow.has(code) ? new StoreAway() : thrown
}

/** Why a database cannot be used, for whoever named it; without the password in its address. */
export function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as { code?: string; message?: string }
  return code === wrongPassword ? 'it refuses this user and password' : String(message ?? thrown)
}
