/**
 * The engine for many nodes: PostgreSQL, which does the hard part. Each commit takes the head's row, so
 * that one batch commits at a time, on whichever node; it then sees what others changed, holds its
 * attempts against that, and writes. Only the primary is ever asked.
 *
 * https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { sameBytes } from '../../lib/bytes.ts'
import { Unopenable } from '../../lib/sealer.ts'
import { Anchor } from '../anchor.ts'
import type { Committed, Engine, Feed, JournalRow, Page, Proposal, Row } from '../engine.ts'
import { headerKey, StoreAway } from '../engine.ts'
import { Journal, type JournalKeys } from '../journal.ts'
import type { KeyRange } from '../key.ts'
import { Recent } from '../recent.ts'
import { Lost, Primary, type PrimaryOptions } from './primary.ts'
import { feedTailMax } from './schema.ts'
import { type Statement, statementOf } from './statement.ts'

export interface PostgresOptions extends PrimaryOptions {
  readonly keys: JournalKeys
  /** Where this node keeps what it saw last, so that a database put back to an older state is noticed. */
  readonly anchorPath: string
  /** Called once when the database is older than what was acknowledged here: the process must end. */
  fatal(reason: string): void
}

/** The last commit, by its number and by the link that no other history has. */
interface Known {
  readonly seq: number
  readonly link: Uint8Array
}

interface Head extends Known {
  readonly floor: number
}

/** What others changed, as a commit tells it. */
type Others = Pick<Committed, 'changed' | 'isBehind'>

/**
 * A node that stops with the head's row in its hand must not stop the others: the server ends its
 * transaction. Set for the transaction alone.
 */
const begin = `BEGIN; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '10s';
  SET LOCAL idle_in_transaction_session_timeout = '5s';
  SELECT seq, link, feed_floor AS floor FROM strongroom.head FOR UPDATE`
const anchorEveryMilliseconds = 1000
const pruneEveryCommits = 1000
/** How often a connection may break under one commit. */
const triesMax = 3

/** Opens the engine on a database that has a store in it. Throws StoreAway, or what the database says. */
export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  const primary = new Primary(options)
  try {
    const { rows } = await primary.read((client) =>
      client.query('SELECT seq, link FROM strongroom.head'),
    )
    return new PostgresEngine(primary, rows[0], options)
  } catch (thrown) {
    await primary.close()
    throw thrown
  }
}

class PostgresEngine implements Engine {
  readonly #primary: Primary
  readonly #recent: Recent
  readonly #anchorPath: string
  #journal: Journal
  #anchor: Anchor
  #anchoring: NodeJS.Timeout | undefined
  #last: Known | undefined
  #head: Known
  #committing: Promise<unknown> = Promise.resolve()
  readonly #fatal: (reason: string) => void
  readonly #complain: (words: string) => void
  /** Up to which connection it is known that what was committed here is there. */
  #proven = 0

  constructor(primary: Primary, head: Known, options: PostgresOptions) {
    const { keys, anchorPath, fatal, complain } = options
    this.#primary = primary
    this.#fatal = fatal
    this.#complain = complain ?? (() => {})
    this.#head = head
    this.#recent = new Recent(head.seq)
    this.#journal = new Journal(keys)
    this.#anchorPath = anchorPath
    this.#anchor = new Anchor(anchorPath, keys)
  }

  get head(): number {
    return this.#head.seq
  }

  /** One at a time, in the order of the calls. */
  commit(batch: readonly Proposal[]): Promise<Committed> {
    const committed = this.#committing.then(() => this.#commit(batch))
    this.#committing = committed.catch(() => {})
    return committed
  }

  async #commit(batch: readonly Proposal[]): Promise<Committed> {
    const known = this.#head
    for (let tried = 0; tried < triesMax; tried++) {
      const token = randomUUID()
      try {
        return await this.#primary.use((client) => this.#tryCommit(client, batch, known, token))
      } catch (thrown) {
        if (!(thrown instanceof Lost)) throw thrown
        const committed = await this.#outcomeOf(token, batch, known)
        if (committed) return committed
      }
    }
    throw new StoreAway()
  }

  async #tryCommit(
    client: PoolClient,
    batch: readonly Proposal[],
    known: Known,
    token: string,
  ): Promise<Committed> {
    const head = await takeHead(client)
    await this.#mustHoldOurs(client, head)
    const others = await this.#catchUp(client, head, known)
    if (!others) return await this.#beginAgain(client, head, batch)
    const { held, conflicts, changed } = this.#recent.judge(batch, head.seq)
    const told = { ...others, conflicts }
    if (held.length === 0) {
      await client.query('ROLLBACK')
      this.#head = head
      return { ...told, head: head.seq }
    }
    const seq = head.seq + 1
    const { statement, link } = await this.#written(client, held, changed, { ...head, seq, token })
    await client.query(statement.text, statement.values)
    await client.query('COMMIT')
    this.#stands(seq, link, changed)
    return { ...told, head: seq, changed: [...others.changed, ...changed] }
  }

  /** A standby that was promoted may be older than what was acknowledged: nothing is built on that. */
  async #mustHoldOurs(client: PoolClient, head: Head): Promise<void> {
    const { connections } = this.#primary
    if (connections === this.#proven && head.seq >= this.#head.seq) return
    const last = this.#last
    const { rows } = await client.query('SELECT link FROM strongroom.journal WHERE seq = $1', [
      last?.seq ?? 0,
    ])
    const holds = !last || (rows[0] && sameBytes(rows[0].link, last.link))
    if (!holds) {
      this.#fatal('the database is older than what was acknowledged here, or another one')
      throw new StoreAway()
    }
    this.#proven = connections
  }

  /**
   * What was changed since the head that this process knew, from here on remembered; `undefined` where
   * that head is none of this database's past: a server took over that had not seen it.
   */
  async #catchUp(client: PoolClient, head: Head, known: Known): Promise<Others | undefined> {
    if (head.seq <= known.seq) {
      return head.seq === known.seq && sameBytes(head.link, known.link)
        ? { changed: [] }
        : undefined
    }
    if (known.seq < head.floor) {
      this.#recent.restart(head.seq)
      return { changed: [], isBehind: true }
    }
    const { rows } = await client.query(
      `SELECT seq, key, NULL AS link FROM strongroom.feed WHERE seq > $1
        UNION ALL SELECT seq, NULL, link FROM strongroom.journal WHERE seq = $1 ORDER BY seq`,
      [known.seq],
    )
    const past = rows[0]?.seq === known.seq ? rows.shift().link : undefined
    if (known.seq > 0 && !(past && sameBytes(past, known.link))) return undefined
    for (const { seq, key } of rows) this.#recent.remember([key], seq)
    return { changed: rows.map(({ key }) => String(key)) }
  }

  /** What this node saw of others and never acknowledged is gone: every attempt is to be made anew. */
  async #beginAgain(
    client: PoolClient,
    head: Head,
    batch: readonly Proposal[],
  ): Promise<Committed> {
    await client.query('ROLLBACK')
    this.#complain(
      `the database is at commit ${head.seq} and does not have commit ${this.#head.seq} as this node saw it`,
    )
    this.#recent.restart(head.seq)
    this.#head = head
    return { head: head.seq, conflicts: batch.map(() => ''), changed: [], isBehind: true }
  }

  async #written(
    client: PoolClient,
    held: readonly Proposal[],
    changed: ReadonlySet<string>,
    at: { seq: number; link: Uint8Array; floor: number; token: string },
  ): Promise<{ statement: Statement; link: Uint8Array }> {
    const { seq, token } = at
    const reseals = await unchanged(client, held, changed)
    const records = held.flatMap((proposal) => proposal.records)
    const changes = held.flatMap((proposal) => proposal.changes)
    const row = this.#journal.write(seq, at.link, Date.now(), records, [...changes, ...reseals])
    const floor = seq % pruneEveryCommits === 0 ? Math.max(at.floor, seq - feedTailMax) : at.floor
    const statement = statementOf({ ...row, token, floor, prunes: floor > at.floor }, held, reseals)
    return { statement, link: row.link }
  }

  /**
   * What became of a commit whose connection was lost under it: looked up under the head, where nothing
   * of it can be under way any more. `undefined`: it did not happen, and never will.
   */
  async #outcomeOf(
    token: string,
    batch: readonly Proposal[],
    { seq: known }: Known,
  ): Promise<Committed | undefined> {
    for (let tried = 0; tried < triesMax; tried++) {
      try {
        return await this.#primary.use(async (client) => {
          const head = await takeHead(client)
          const { rows } = await client.query(
            'SELECT seq, link FROM strongroom.journal WHERE token = $1 AND seq > $2',
            [token, known],
          )
          const mine = rows[0]?.seq
          if (mine === undefined) {
            await client.query('ROLLBACK')
            return undefined
          }
          const before = await this.#recall(client, known, mine - 1)
          const { conflicts } = this.#recent.judge(batch, mine - 1)
          const after = await this.#recall(client, mine - 1, head.seq)
          // What is seen here may be on this server alone: this waits, as each commit, for its standby.
          await client.query('COMMIT')
          this.#head = head
          this.#last = rows[0]
          return { head: head.seq, conflicts, changed: [...before, ...after] }
        })
      } catch (thrown) {
        if (!(thrown instanceof Lost)) throw thrown
      }
    }
    throw new StoreAway()
  }

  /** What was changed there; up to a lost commit, to say of each attempt what was said then. */
  async #recall(client: PoolClient, known: number, upTo: number): Promise<string[]> {
    const { rows } = await client.query(
      'SELECT seq, key FROM strongroom.feed WHERE seq > $1 AND seq <= $2 ORDER BY seq',
      [known, upTo],
    )
    for (const { seq, key } of rows) this.#recent.remember([key], seq)
    return rows.map(({ key }) => String(key))
  }

  #stands(seq: number, link: Uint8Array, changed: ReadonlySet<string>): void {
    this.#head = { seq, link }
    this.#recent.remember(changed, seq)
    const isFirst = this.#last === undefined
    this.#last = this.#head
    // The first at once: what was accepted at this start stands.
    if (isFirst) this.#writeAnchor()
    else this.#anchoring ??= setTimeout(() => this.#writeAnchor(), anchorEveryMilliseconds)
  }

  #writeAnchor(): void {
    clearTimeout(this.#anchoring)
    this.#anchoring = undefined
    try {
      if (this.#last) this.#anchor.write(this.#last)
    } catch (thrown) {
      // It may lag: the next one brings it up.
      this.#complain(`the anchor could not be written: ${(thrown as Error).message}`)
    }
  }

  async rekey(keys: JournalKeys): Promise<void> {
    await this.#committing
    this.#journal = new Journal(keys)
    this.#anchor = new Anchor(this.#anchorPath, keys)
    this.#writeAnchor()
  }

  async read(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    if (keys.length === 1 && keys[0] === headerKey) {
      const rows = await this.#rows("SELECT body FROM strongroom.meta WHERE name = 'store'")
      return [Buffer.from(String(rows[0]?.body))]
    }
    const rows = await this.#rows('SELECT key, row FROM strongroom.records WHERE key = ANY($1)', [
      keys,
    ])
    const found = new Map(rows.map(({ key, row }) => [key, row as Uint8Array]))
    return keys.map((key) => found.get(key))
  }

  async size(): Promise<number> {
    const [row] = await this.#rows('SELECT count(*) AS count FROM strongroom.records')
    return Number(row?.count)
  }

  async scan({ from, to }: KeyRange, { itemsMax, reverse }: Page): Promise<Row[]> {
    const order = reverse ? 'DESC' : 'ASC'
    return (await this.#rows(
      `SELECT key, row FROM strongroom.records WHERE key >= $1 AND key < $2 ORDER BY key ${order} LIMIT $3`,
      [from, to, itemsMax],
    )) as unknown as Row[]
  }

  /** Known here from then on, as what a commit tells. */
  async feed(since: number): Promise<Feed> {
    const rows = await this.#rows(
      `SELECT h.seq AS head, h.feed_floor AS floor, f.seq, f.key FROM strongroom.head h
        LEFT JOIN strongroom.feed f ON f.seq > $1 ORDER BY f.seq`,
      [since],
    )
    const head = Number(rows[0]?.head)
    const changed = rows.flatMap(({ key }) => (key === null ? [] : [String(key)]))
    return { head, changed, complete: since >= Number(rows[0]?.floor) }
  }

  async counters(keys: readonly string[]): Promise<number[]> {
    const rows = await this.#rows(
      'SELECT key, total FROM strongroom.counters WHERE key = ANY($1)',
      [keys],
    )
    const found = new Map(rows.map(({ key, total }) => [key, Number(total)]))
    return keys.map((key) => found.get(key) ?? 0)
  }

  async stamps(keys: readonly string[]): Promise<(number | undefined)[]> {
    const rows = await this.#rows('SELECT key, stamp FROM strongroom.stamps WHERE key = ANY($1)', [
      keys,
    ])
    const found = new Map(rows.map(({ key, stamp }) => [key, Number(stamp)]))
    return keys.map((key) => found.get(key))
  }

  async journal(after: number, upTo: number, { itemsMax, reverse }: Page): Promise<JournalRow[]> {
    const order = reverse ? 'DESC' : 'ASC'
    return (await this.#rows(
      `SELECT seq, link, batch FROM strongroom.journal WHERE seq > $1 AND seq <= $2 ORDER BY seq ${order} LIMIT $3`,
      [after, upTo, itemsMax],
    )) as unknown as JournalRow[]
  }

  async batch(seq: number): Promise<Uint8Array | undefined> {
    const [row] = await this.journal(seq - 1, seq, { itemsMax: 1 })
    try {
      return row && this.#journal.text(row)
    } catch (thrown) {
      if (thrown instanceof Unopenable) return undefined
      throw thrown
    }
  }

  async #rows(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#primary.read((client) => client.query(text, values))
    return rows
  }

  async close(): Promise<void> {
    await this.#committing
    this.#writeAnchor()
    await this.#primary.close()
  }
}

async function takeHead(client: PoolClient): Promise<Head> {
  // Several statements at once: the last one's rows are the head's.
  const results = (await client.query(begin)) as unknown as { rows: Head[] }[]
  const head = results.at(-1)?.rows[0]
  if (!head) throw new Error('the database has no head')
  return head
}

/** The wishes to seal anew that still hold: of rows that nobody changed since, in this batch neither. */
async function unchanged(
  client: PoolClient,
  held: readonly Proposal[],
  changed: ReadonlySet<string>,
): Promise<Row[]> {
  const wishes = held
    .flatMap((proposal) => proposal.reseals ?? [])
    .filter(({ key }) => !changed.has(key))
  if (wishes.length === 0) return []
  const { rows } = await client.query(
    'SELECT key, row FROM strongroom.records WHERE key = ANY($1)',
    [wishes.map(({ key }) => key)],
  )
  const found = new Map<string, Buffer>(rows.map(({ key, row }) => [key, row]))
  return wishes.filter(({ key, from }) => found.get(key)?.equals(from))
}
