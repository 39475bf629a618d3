/**
 * Runs the detections over the journal as it grows, behind the answers. An incident, its event, its
 * record in the audit, everything that was learned and the place up to which the journal was looked at
 * are one commit: a kill before it has all of that found again, a kill behind it loses and doubles nothing.
 *
 * Of nodes that share a store one leads. Whoever finds that another has written the state stands by,
 * and takes over from that state when it has been left behind.
 */
import { type KeyObject, randomUUID } from 'node:crypto'
import { Follower } from '../audit/follower.ts'
import type { Tape, TapeRow } from '../audit/tape.ts'
import { type Clock, secondMs } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'
import type { Recorded } from './act.ts'
import { DetectionReader, DetectionStore, type State } from './store.ts'
import { type Kept, Watch, type WatchOptions } from './watch.ts'

export interface RunnerOptions extends Omit<WatchOptions, 'kept'> {
  readonly store: Store
  readonly tape: Tape
  readonly digestKey: KeyObject
  readonly clock: Clock
  readonly pace?: Pace
  complain(thrown: unknown): void
}

/** How often things are done. */
export interface Pace {
  readonly tickEveryMs: number
  /** What was learned is written at least so often; a place in the journal alone more seldom. */
  readonly learnedEveryMs: number
  readonly placeEveryMs: number
  /** A state that is behind the journal and has not changed for so long has nobody who leads. */
  readonly leftAfterMs: number
}

const usualPace: Pace = {
  tickEveryMs: secondMs,
  learnedEveryMs: 2 * secondMs,
  placeEveryMs: 20 * secondMs,
  leftAfterMs: 45 * secondMs,
}
const rowsPerPage = 16

/** Goes on where it was; the first time, from here on. */
export async function openRunner(options: RunnerOptions): Promise<Runner> {
  const { store, clock } = options
  const state = await store.attempt((attempt) => {
    const kept = new DetectionStore(attempt)
    const known = kept.state()
    // A store that was put back may be behind what was looked at in it.
    if (known) return { ...known, seq: Math.min(known.seq, store.position) }
    const nothing = { reads: [], denials: [] }
    const [seq, since, mark] = [store.position, clock.now(), randomUUID()]
    const fresh: State = { seq, since, mark, windows: nothing }
    kept.putState(fresh)
    return fresh
  })
  return new Runner(options, state)
}

export class Runner {
  readonly #options: RunnerOptions
  readonly #pace: Pace
  readonly #follower: Follower
  /** Absent while another node leads. */
  #watch: Watch | undefined
  #seq: number
  /** Of the state that we or the one who leads wrote last, and when that was seen. */
  #mark: string
  #writtenAt = performance.now()
  #tickedAt = Number.NEGATIVE_INFINITY

  constructor(options: RunnerOptions, state: State) {
    this.#options = options
    this.#pace = options.pace ?? usualPace
    this.#watch = this.#watchFrom(state)
    this.#seq = state.seq
    this.#mark = state.mark
    this.#follower = new Follower({
      ...{ source: options.tape, after: state.seq, rowsMax: rowsPerPage },
      take: (rows) => this.#take(rows),
      idle: () => this.#settle(),
      complain: options.complain,
    })
  }

  get progress() {
    return { behind: this.#follower.lag, failing: this.#follower.isFailing }
  }

  /** Resolves when all was looked at that is committed now, or after this time. */
  caughtUp(withinMilliseconds: number): Promise<boolean> {
    return this.#follower.caughtUp(withinMilliseconds)
  }

  async close(): Promise<void> {
    await this.#follower.close()
    // What cannot be written now is found again by the next start.
    if (this.#watch?.isDirty) await this.#write(this.#watch).catch(this.#options.complain)
  }

  #watchFrom(state: State): Watch {
    const { see } = this.#options.store
    const kept: Kept = {
      recall: async (place) => see((look) => new DetectionReader(look).recall(place)),
      find: async (account, id) => see((look) => new DetectionReader(look).find(account, id)),
      digestKey: this.#options.digestKey,
    }
    return new Watch({ ...this.#options, kept }, state)
  }

  async #take(rows: readonly TapeRow[]): Promise<void> {
    const [first] = rows
    if (this.#watch && first) await this.#reach(this.#watch, first.seq - 1)
    if (this.#watch) await this.#look(this.#watch, rows)
    await this.#settle()
  }

  /** What the one who led had not come to, when we took over. */
  async #reach(watch: Watch, upTo: number): Promise<void> {
    while (this.#seq < upTo) {
      const page = { itemsMax: rowsPerPage }
      const rows = await this.#options.tape.journal(this.#seq, upTo, page)
      // What was pruned can't be looked at any more.
      if (rows.length === 0) break
      await this.#look(watch, rows)
    }
  }

  /** Rows that were looked at before their commit failed are not looked at again. */
  async #look(watch: Watch, rows: readonly TapeRow[]): Promise<void> {
    for (const row of rows) {
      if (row.seq <= this.#seq) continue
      await watch.look(row.records as readonly Recorded[])
      this.#seq = row.seq
      // Whoever answers requests comes in between: a row may hold hundreds of records.
      await new Promise((go) => setImmediate(go))
    }
  }

  async #settle(): Promise<void> {
    const { tickEveryMs, learnedEveryMs, placeEveryMs } = this.#pace
    const now = performance.now()
    const isTime = now >= this.#tickedAt + tickEveryMs
    if (isTime) this.#tickedAt = now
    if (isTime) await this.#options.store.refresh()
    if (!this.#watch) return isTime ? this.#standBy(now) : undefined
    // What passed while we took over.
    await this.#reach(this.#watch, this.#follower.after)
    if (isTime) await this.#watch.tick(this.#options.clock.now())
    const dueMs = this.#watch.hasLearned ? learnedEveryMs : placeEveryMs
    const isDue = this.#watch.isDirty && now > this.#writtenAt + dueMs
    if (isDue || this.#watch.isUrgent) await this.#write(this.#watch)
  }

  async #standBy(now: number): Promise<void> {
    const { store } = this.#options
    const state = await store.see((look) => new DetectionReader(look).state())
    if (!state) return
    if (state.mark !== this.#mark) this.#follow(state)
    const isLeft = now > this.#writtenAt + this.#pace.leftAfterMs && state.seq < store.position
    if (!isLeft) return
    this.#watch = this.#watchFrom(state)
    this.#seq = state.seq
  }

  #follow({ mark }: State): void {
    this.#mark = mark
    this.#writtenAt = performance.now()
  }

  async #write(watch: Watch): Promise<void> {
    const { store, clock } = this.#options
    const mark = randomUUID()
    const other = await store.attempt((attempt) => {
      const into = new DetectionStore(attempt)
      const state = into.state()
      if (state && state.mark !== this.#mark) return state
      watch.write(into, this.#seq, mark, clock.now())
      return undefined
    })
    if (other) {
      // Another node leads: it has found what we did, and goes on.
      this.#watch = undefined
      this.#follow(other)
      return
    }
    watch.written()
    this.#mark = mark
    this.#writtenAt = performance.now()
  }
}
