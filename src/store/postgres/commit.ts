/**
 * Committing on PostgreSQL: take the head's row, see what others changed, hold each attempt against
 * that, write what holds, and let go. A connection that is lost on the way is resolved, never guessed.
 */
import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { sameBytes } from '../../lib/bytes.ts'
import type { Committed, JournalRow, Proposal, Row } from '../engine.ts'
import { StoreAway } from '../engine.ts'
import { type Journal, joinRecords } from '../journal.ts'
import { Recent } from '../recent.ts'
import type { Position } from '../whole.ts'
import { Lost, type Primary } from './primary.ts'
import { feedTailMax, schemaVersion } from './schema.ts'
import { type Statement, statementOf } from './statement.ts'

interface Head extends Position {
  readonly floor: number
  /** The version that a program must know to commit here. */
  readonly needs: number
}

/** A key that a commit changed; no key, and its link, for the commit that was known last. */
interface Changed {
  readonly seq: number
  readonly key: string | null
  readonly link: Uint8Array | null
}

/** What others changed, as a commit tells it. */
type Others = Pick<Committed, 'changed' | 'isBehind'>

/**
 * A node that stops with the head's row in its hand must not stop the others: the server ends its
 * transaction. Set for the transaction alone.
 */
const begin = `BEGIN; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '10s';
  SET LOCAL idle_in_transaction_session_timeout = '5s';
  SELECT seq, link, feed_floor AS floor, needs FROM strongroom.head FOR UPDATE`

/** What came behind a commit, and that commit's own link; seen as of when the head was to be had. */
const since = (seq: number): string =>
  `SELECT seq, key, NULL AS link FROM strongroom.feed WHERE seq > ${seq}
    UNION ALL SELECT seq, NULL, link FROM strongroom.journal WHERE seq = ${seq} ORDER BY seq`
/** A commit by its token, and with which the table begins. */
const findByToken = `SELECT oldest.first, mine.seq, mine.link
  FROM (SELECT min(seq) AS first FROM strongroom.journal) AS oldest
  LEFT JOIN strongroom.journal AS mine ON mine.token = $1 AND mine.seq > $2`
const pruneEveryCommits = 1000
/** How often a connection may break under one commit. */
const triesMax = 3

export interface Commits {
  readonly primary: Primary
  readonly journal: Journal
  /** Whether a batch that left the journal's table was this one. */
  held(client: PoolClient, at: Position): Promise<boolean>
  /** Told of each commit of this node, behind it, with what it added to the journal. */
  committed(at: Position, bytes: number): void
  fatal(reason: string): void
  complain(words: string): void
}

export class Committer {
  readonly #primary: Primary
  readonly #recent: Recent
  readonly #told: Pick<Commits, 'held' | 'committed' | 'fatal' | 'complain'>
  #journal: Journal
  /** What this node acknowledged last. */
  #last: Position | undefined
  #head: Position
  #committing: Promise<unknown> = Promise.resolve()
  /** Up to which connection it is known that what was committed here is there. */
  #proven = 0

  constructor(head: Position, { primary, journal, ...told }: Commits) {
    this.#primary = primary
    this.#told = told
    this.#head = head
    this.#recent = new Recent(head.seq)
    this.#journal = journal
  }

  /** The number of the last commit that this node knows. */
  get head(): number {
    return this.#head.seq
  }

  /** Resolves when nothing is being committed. */
  async settled(): Promise<void> {
    await this.#committing
  }

  /** The keys that journal rows are written under from here on. */
  rekey(journal: Journal): void {
    this.#journal = journal
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
    known: Position,
    token: string,
  ): Promise<Committed> {
    const { head, behind } = await takeHead(client, known.seq)
    this.#mustBeKnown(head)
    await this.#mustHoldOurs(client, head)
    const others = await this.#catchUp(client, head, known, behind)
    if (!others) return await this.#beginAgain(client, head, batch)
    const { held, conflicts, changed } = this.#recent.judge(batch, head.seq)
    const told = { ...others, conflicts }
    if (held.length === 0) {
      await client.query('ROLLBACK')
      this.#head = head
      return { ...told, head: head.seq }
    }
    const seq = head.seq + 1
    const { statement, row, recordsBytes } = await this.#written(client, held, changed, {
      ...head,
      seq,
      token,
    })
    await writeAndCommit(client, statement)
    this.#stands({ seq, link: row.link }, row.batch.length, changed)
    const written = { seq, link: row.link, recordsBytes }
    return { ...told, head: seq, changed: [...others.changed, ...changed], written }
  }

  /** A node that stood still while the others went over to a newer program has no say any more. */
  #mustBeKnown({ needs }: Head): void {
    if (needs <= schemaVersion) return
    this.#told.fatal('the store needs a newer strongroom by now: use that version')
    throw new StoreAway()
  }

  /** A standby that was promoted may be older than what was acknowledged: nothing is built on that. */
  async #mustHoldOurs(client: PoolClient, head: Head): Promise<void> {
    const { connections } = this.#primary
    if (connections === this.#proven && head.seq >= this.#head.seq) return
    const last = this.#last
    const { rows } = await client.query('SELECT link FROM strongroom.journal WHERE seq = $1', [
      last?.seq ?? 0,
    ])
    const found = rows[0]?.link
    const holds =
      !last || (found ? sameBytes(found, last.link) : await this.#told.held(client, last))
    if (!holds) {
      this.#told.fatal('the database is older than what was acknowledged here, or another one')
      throw new StoreAway()
    }
    this.#proven = connections
  }

  /**
   * What was changed since the head that this process knew, from here on remembered; `undefined` where
   * that head is none of this database's past: a server took over that had not seen it.
   */
  async #catchUp(
    client: PoolClient,
    head: Head,
    known: Position,
    behind: readonly Changed[],
  ): Promise<Others | undefined> {
    if (head.seq <= known.seq) {
      return head.seq === known.seq && sameBytes(head.link, known.link)
        ? { changed: [] }
        : undefined
    }
    if (known.seq < head.floor) {
      this.#recent.restart(head.seq)
      return { changed: [], isBehind: true }
    }
    const past = behind.find(({ seq }) => seq === known.seq)?.link
    const isPast =
      known.seq === 0 || (past ? sameBytes(past, known.link) : await this.#told.held(client, known))
    if (!isPast) return undefined
    return { changed: this.#remember(behind) }
  }

  #remember(rows: readonly Changed[]): string[] {
    const changed: string[] = []
    for (const { seq, key } of rows) {
      if (key === null) continue
      this.#recent.remember([key], seq)
      changed.push(key)
    }
    return changed
  }

  /** What this node saw of others and never acknowledged is gone: every attempt is to be made anew. */
  async #beginAgain(
    client: PoolClient,
    head: Head,
    batch: readonly Proposal[],
  ): Promise<Committed> {
    await client.query('ROLLBACK')
    this.#told.complain(
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
  ): Promise<{ statement: Statement; row: JournalRow; recordsBytes: number }> {
    const { seq, token } = at
    const reseals = await unchanged(client, held, changed)
    const records = joinRecords(held.flatMap((proposal) => proposal.records))
    const changes = held.flatMap((proposal) => proposal.changes)
    const row = this.#journal.write(seq, at.link, Date.now(), records, [...changes, ...reseals])
    const floor = seq % pruneEveryCommits === 0 ? Math.max(at.floor, seq - feedTailMax) : at.floor
    const statement = statementOf({ ...row, token, floor, prunes: floor > at.floor }, held, reseals)
    return { statement, row, recordsBytes: records.text.length }
  }

  /**
   * What became of a commit whose connection was lost under it: looked up under the head, where nothing
   * of it can be under way any more. `undefined`: it did not happen, and never will.
   */
  async #outcomeOf(
    token: string,
    batch: readonly Proposal[],
    { seq: known }: Position,
  ): Promise<Committed | undefined> {
    for (let tried = 0; tried < triesMax; tried++) {
      try {
        return await this.#primary.use(async (client) => {
          const { head, behind } = await takeHead(client, known)
          const { rows } = await client.query(findByToken, [token, known])
          const mine = rows[0]?.seq
          if (mine === null) {
            await client.query('ROLLBACK')
            // Among what left the table it can't be found: nobody knows, and nobody guesses.
            if (rows[0].first > known + 1) throw new StoreAway()
            return undefined
          }
          // What it was held against then says of each attempt what was said then.
          const before = this.#remember(behind.filter(({ seq }) => seq < mine))
          const { conflicts } = this.#recent.judge(batch, mine - 1)
          const after = this.#remember(behind.filter(({ seq }) => seq >= mine))
          // What is seen here may be on this server alone: this waits, as each commit, for its standby.
          await client.query('COMMIT')
          this.#head = head
          this.#last = rows[0]
          this.#told.committed(rows[0], 0)
          return { head: head.seq, conflicts, changed: [...before, ...after] }
        })
      } catch (thrown) {
        if (!(thrown instanceof Lost)) throw thrown
      }
    }
    throw new StoreAway()
  }

  #stands(at: Position, bytes: number, changed: ReadonlySet<string>): void {
    this.#head = at
    this.#recent.remember(changed, at.seq)
    this.#last = at
    this.#told.committed(at, bytes)
  }
}

/** Both are on their way before the first is answered: the head is held for one turn less. */
async function writeAndCommit(client: PoolClient, { text, values }: Statement): Promise<void> {
  const writing = client.query(text, values)
  const committing = client.query('COMMIT')
  const [written, committed] = await Promise.allSettled([writing, committing])
  if (written.status === 'rejected') throw written.reason
  if (committed.status === 'rejected') throw committed.reason
}

async function takeHead(client: PoolClient, known: number) {
  // Several statements on one way, each of which sees what was committed before it began.
  const results = (await client.query(`${begin}; ${since(known)}`)) as unknown as {
    rows: unknown[]
  }[]
  const [head] = (results.at(-2)?.rows ?? []) as Head[]
  if (!head) throw new Error('the database has no head')
  return { head, behind: (results.at(-1)?.rows ?? []) as Changed[] }
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
