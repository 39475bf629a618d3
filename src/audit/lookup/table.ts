/**
 * The index's file: runs of entries in order, each written once, as blocks that are sealed. Small runs
 * are merged into larger ones, so that a question has few to look into however many records there are;
 * what has grown old is dropped by the run. It holds nothing that the journal does not: a file that is
 * lost, damaged or of another store is made anew.
 */
import type { KeyObject } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { Unopenable } from '../../lib/sealer.ts'
import { Blocks, blockEntries } from './blocks.ts'
import { type Entries, firstNotBefore, newest, part, spotAt } from './entries.ts'
import { openOrMake, prepare, removeFile, type Statements } from './file.ts'
import { type Cursor, merged } from './merge.ts'
import { type Bounds, foreverSeconds, type Spot } from './query.ts'

/** How far the journal was followed: the number and link of the last batch. */
export interface Reached {
  readonly seq: number
  readonly link: Uint8Array
}

const weekSeconds = 7 * 24 * 3600
const weekOf = (second: number): number => Math.floor(second / weekSeconds)

/** A run; those of one week alone are merged, so that what is old is soon apart from what is not. */
interface Run {
  readonly id: number
  readonly level: number
  /** Its earliest and latest second. */
  readonly low: number
  readonly high: number
  /** Blocks are numbered from zero. */
  readonly blocks: number
}

/** So many runs of one level make one of the next. */
const runsPerLevel = 16
/** Blocks of runs that are gone that leave the file at a time. */
const removedPerStep = 64

interface BlockRow {
  readonly number: number
  readonly body: Uint8Array
}

export class Table {
  readonly #path: string
  readonly #storeId: string
  readonly #blocks: Blocks
  #database: DatabaseSync
  #statements: Statements
  #runs: readonly Run[]
  #nextRun = 1
  /** Runs that there are no more, whose blocks may still be there. */
  readonly #gone = new Set<number>()

  constructor(path: string, storeId: string, key: KeyObject) {
    this.#path = path
    this.#storeId = storeId
    this.#blocks = new Blocks(storeId, key)
    this.#database = openOrMake(path, storeId)
    this.#statements = prepare(this.#database)
    this.#runs = this.#known()
  }

  /** What the runs reach up to. */
  get reached(): Reached {
    return this.#database.prepare('SELECT seq, link FROM reached').get() as unknown as Reached
  }

  get runsCount(): number {
    return this.#runs.length
  }

  /** Entries in order as a run of their own, with how far the journal is followed by it; all or nothing. */
  add(entries: Entries, reached: Reached): void {
    const id = this.#nextRun++
    const writing = this.#writing(id)
    this.#atOnce(() => {
      for (let from = 0; from < entries.terms.length; from += blockEntries) {
        writing.put(part(entries, from, from + blockEntries))
      }
      const run = writing.end(0)
      this.#database.prepare('UPDATE reached SET seq = ?, link = ?').run(reached.seq, reached.link)
      return run ? [...this.#runs, run] : this.#runs
    })
  }

  /** Places of a term's records, the newest first. */
  find(term: number, bounds: Bounds): Spot[] {
    const { from = 0, to = foreverSeconds, before, itemsMax } = bounds
    const top = before ?? { second: to + 1, seq: 0, index: 0 }
    let found: Spot[] = []
    for (const run of this.#runs.toSorted((a, b) => b.high - a.high)) {
      if (run.high < from || run.low > top.second) continue
      const last = found[itemsMax - 1]
      if (last && last.second > run.high) break
      found = newest(found, this.#findIn(run, term, { from, top, itemsMax }), itemsMax)
    }
    return found
  }

  #findIn({ id }: Run, term: number, { from, top, itemsMax }: Stretch): Spot[] {
    const found: Spot[] = []
    for (let end = top; ; ) {
      const row = this.#statements.before.get(id, term, end.second, end.seq, end.index)
      if (!row) return found
      const { number, body } = row as unknown as BlockRow
      const entries = this.#blocks.open(id, number, body)
      let at = firstNotBefore(entries, term, end) - 1
      for (; at >= 0 && entries.terms[at] === term; at--) {
        const spot = spotAt(entries, at)
        if (spot.second < from || found.length >= itemsMax) return found
        found.push(spot)
      }
      if (at >= 0 || found.length >= itemsMax) return found
      end = spotAt(entries, 0)
    }
  }

  /**
   * What there is to do for those who look things up later, in small steps: merges runs, and removes
   * what is gone. Ends when nothing is left to do; a kill in between loses nothing.
   */
  *tidy(): Generator<void> {
    yield* this.#remove()
    for (let some = this.#mergeable(); some; some = this.#mergeable()) {
      yield* this.#merge(some)
      yield* this.#remove()
    }
  }

  #mergeable(): Run[] | undefined {
    const groups = Map.groupBy(this.#runs, ({ level, high }) => `${weekOf(high)} ${level}`)
    return [...groups.values()].find(({ length }) => length >= runsPerLevel)
  }

  *#merge(some: readonly Run[]): Generator<void> {
    const writing = this.#writing(this.#nextRun++)
    const cursors = some.map((run) => this.#cursor(run))
    for (const block of merged(cursors, blockEntries)) {
      this.#atOnce(() => {
        writing.put(block)
        return this.#runs
      })
      yield
    }
    this.#atOnce(() => {
      const run = writing.end((some[0]?.level ?? 0) + 1)
      return [...this.#without(some), ...(run ? [run] : [])]
    })
  }

  /** The blocks of a run, one by one. */
  *#cursor({ id, blocks }: Run): Cursor {
    for (let number = 0; number < blocks; number++) {
      const row = this.#statements.block.get(id, number) as unknown as BlockRow | undefined
      if (!row) throw new Unopenable()
      yield this.#blocks.open(id, number, row.body)
    }
  }

  /** Blocks of runs that were merged, dropped, or never finished. */
  *#remove(): Generator<void> {
    for (let [run] = this.#gone; run !== undefined; [run] = this.#gone) {
      while (this.#statements.clear.run(run, removedPerStep).changes > 0) yield
      this.#gone.delete(run)
    }
  }

  /** Forgets runs that ended before this second. */
  prune(before: number): void {
    const gone = this.#runs.filter(({ high }) => high < before)
    if (gone.length === 0) return
    this.#atOnce(() => this.#without(gone))
  }

  #without(gone: readonly Run[]): Run[] {
    for (const { id } of gone) {
      this.#statements.forget.run(id)
      this.#gone.add(id)
    }
    return this.#runs.filter((run) => !gone.includes(run))
  }

  #writing(id: number) {
    let [number, low, high] = [0, foreverSeconds, 0]
    return {
      put: (entries: Entries) => {
        const { second, seq, index } = spotAt(entries, 0)
        const body = this.#blocks.seal(id, number, entries)
        const [term = 0] = entries.terms
        this.#statements.insert.run(id, number++, term, second, seq, index, body)
        for (const each of entries.seconds) {
          if (each < low) low = each
          if (each > high) high = each
        }
      },
      end: (level: number): Run | undefined => {
        if (number === 0) return undefined
        const run = { id, level, low, high, blocks: number }
        this.#statements.finish.run(id, level, low, high, number)
        return run
      },
    }
  }

  /** The runs that there are when this has been committed are those that it gives. */
  #atOnce(change: () => readonly Run[]): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const runs = change()
      this.#database.exec('COMMIT')
      this.#runs = runs
    } catch (thrown) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw thrown
    }
  }

  /** Begins anew, from nothing. */
  reset(): void {
    this.discard()
    this.#database = openOrMake(this.#path, this.#storeId)
    this.#statements = prepare(this.#database)
    this.#runs = this.#known()
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  /** Takes the file away: the next start makes it anew. Until then nothing is found or added. */
  discard(): void {
    this.close()
    removeFile(this.#path)
  }

  #known(): readonly Run[] {
    const runs = this.#database.prepare('SELECT * FROM runs').all() as unknown as Run[]
    const written = this.#database.prepare('SELECT DISTINCT run FROM blocks').all()
    this.#gone.clear()
    for (const { run } of written as { run: number }[]) this.#gone.add(run)
    this.#nextRun = Math.max(0, ...this.#gone) + 1
    for (const { id } of runs) this.#gone.delete(id)
    return runs
  }
}

interface Stretch {
  readonly from: number
  /** Before this one. */
  readonly top: Spot
  readonly itemsMax: number
}
