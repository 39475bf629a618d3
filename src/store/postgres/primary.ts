/**
 * Connections to the PostgreSQL server that takes writes: found among the hosts that were named, lost
 * with a failover, found again with back-off and jitter. No connection carries state from one
 * transaction to the next, so that a pooler in transaction mode may stand in between.
 *
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg, { type Pool, type PoolClient } from 'pg'
import { StoreAway, StoreFull } from '../engine.ts'
import { addressesIn } from './address.ts'

export interface PrimaryOptions {
  /** `postgres://user:password@host:port,host:port/database?sslmode=...`. */
  readonly url: string
  readonly connectionsMax?: number
  /** For how long a call waits for a primary to be found. */
  readonly patienceMs?: number
  /** Told when the database is lost, and when it is found again. */
  complain?(words: string): void
}

const connectMilliseconds = 4000
/** Longer than the server itself lets a statement take. */
const answerMilliseconds = 12_000
const retryMilliseconds = 50
const retryMillisecondsMax = 1000

export class Primary {
  readonly #addresses: readonly string[]
  readonly #connectionsMax: number
  readonly #patienceMs: number
  readonly #complain: (words: string) => void
  readonly #ending = new AbortController()
  #pool: Pool | undefined
  #finding: Promise<Pool> | undefined
  /** Where the primary was last: where it is looked for first. */
  #at = 0
  #connections = 0

  constructor({ url, connectionsMax = 8, patienceMs = 8000, complain }: PrimaryOptions) {
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
    const { pool, client } = await this.#connect()
    try {
      const output = await work(client)
      client.release()
      return output
    } catch (thrown) {
      const isGone = isConnectionLost(thrown)
      // What a transaction left open ends with its connection.
      client.release(true)
      if (!isGone) throw meaningOf(thrown)
      this.#lose(pool)
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
    return this.#connections
  }

  async close(): Promise<void> {
    this.#ending.abort()
    // A search that is under way may still come by a connection.
    await this.#finding?.catch(() => {})
    await this.#pool?.end()
  }

  async #connect(): Promise<{ pool: Pool; client: PoolClient }> {
    const until = performance.now() + this.#patienceMs
    for (;;) {
      const pool = await this.#found(until - performance.now())
      try {
        return { pool, client: await pool.connect() }
      } catch {
        // All are lent, to statements that take long: the server is there.
        if (pool.totalCount >= this.#connectionsMax) throw new StoreAway()
        this.#lose(pool)
      }
    }
  }

  async #found(patienceMs: number): Promise<Pool> {
    if (this.#pool) return this.#pool
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined
    })
    const waiting = new AbortController()
    const tooLong = sleep(Math.max(1, patienceMs), undefined, { signal: waiting.signal }).then(
      () => {
        throw new StoreAway()
      },
    )
    try {
      return await Promise.race([this.#finding, tooLong])
    } finally {
      tooLong.catch(() => {})
      waiting.abort()
    }
  }

  /** One search, however many wait for it. */
  async #find(): Promise<Pool> {
    for (let round = 0; ; round++) {
      for (const _ of this.#addresses) {
        const address = this.#addresses[this.#at % this.#addresses.length] ?? ''
        const pool = await this.#tried(address)
        if (this.#ending.signal.aborted) {
          await pool?.end()
          throw new StoreAway()
        }
        if (pool) {
          if (round > 0) this.#complain('the database answers again')
          this.#pool = pool
          return pool
        }
        this.#at++
      }
      if (round === 0) this.#complain('no database that takes writes answers; it is looked for')
      const pause = Math.min(retryMilliseconds * 2 ** round, retryMillisecondsMax)
      await sleep(pause * (0.5 + Math.random()), undefined, {
        signal: this.#ending.signal,
        ref: false,
      })
    }
  }

  async #tried(address: string): Promise<Pool | undefined> {
    const pool = new pg.Pool({
      connectionString: address,
      application_name: 'strongroom',
      max: this.#connectionsMax,
      connectionTimeoutMillis: connectMilliseconds,
      query_timeout: answerMilliseconds,
      keepAlive: true,
      // Statements that wait for nothing between them are sent together.
      pipeline: true,
      types: { getTypeParser },
      verify: (client, done) => mustTakeWrites(client).then(() => done(), done),
    })
    // One that is lent tells by its statement, too; unheard, its error would end the process.
    pool.on('connect', (client) => {
      this.#connections++
      client.on('error', () => {})
    })
    // A connection that breaks while nobody uses it is made anew for the next who does.
    pool.on('error', () => {})
    try {
      const client = await pool.connect()
      client.release()
      return pool
    } catch (thrown) {
      await pool.end()
      if (!isConnectionLost(thrown)) throw thrown
      return undefined
    }
  }

  #lose(pool: Pool): void {
    if (this.#pool !== pool) return
    this.#pool = undefined
    pool.end().catch(() => {})
  }
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

const int8 = 20
const float8 = 701

/** Numbers as numbers: none of ours is larger than one can be. */
function getTypeParser(type: number, format?: 'text' | 'binary') {
  if (type === int8 || type === float8) return Number
  return pg.types.getTypeParser(type, format)
}
