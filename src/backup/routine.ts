/**
 * Backups on schedule: made, drilled, and only then is an older one let go. One at a time; what went
 * wrong is told and tried again. Of nodes that share a store one makes them: what was done stands in a
 * log there, and a backup is begun by a commit that only the holder of the lease can make.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { type Lease, LeaseLost } from '../store/lease.ts'
import type { DrillReport } from './report.ts'
import { dueAt, expired, isOverdue, type Past, type Schedule } from './schedule.ts'
import { Shelf } from './shelf.ts'
import type { Progress, Wish } from './write.ts'

/** Who does the work, away from the thread that answers. */
export interface Workshop {
  /** Writes a backup of the store as it stands; gives its size. Throws Refusal. */
  create(wish: Wish, progress: Progress): Promise<number>
  drill(file: string, scratchPath: string): Promise<DrillReport>
}

/** How things stand. Instants are milliseconds since 1970. */
export interface Standing {
  readonly schedule: Schedule
  readonly nextAt: number
  /** The newest backup that was drilled without doubt. */
  readonly goodAt: number | undefined
  readonly isOverdue: boolean
  /** Why the last one is not good. */
  readonly failure: string | undefined
  readonly report: DrillReport | undefined
  readonly isWorking: boolean
}

/** What was done so far. */
export interface Done extends Past {
  readonly goodAt: number | undefined
  readonly failure: string | undefined
  readonly report: DrillReport | undefined
  /** Begun, and neither ended nor failed: whoever did it is gone, or at it. */
  readonly isUnderWay: boolean
}

export const nothingDone: Done = {
  ...{ triedAt: undefined, failures: 0, goodAt: undefined, failure: undefined },
  ...{ report: undefined, isUnderWay: false },
}

/** Where nodes that take turns at it keep what was done. */
export interface Log {
  find(): Promise<Done | undefined>
  /** Throws LeaseLost where another node makes the backups by now. */
  put(done: Done): Promise<void>
}

/** @param startedAt since when there could have been one */
export function standingOf(
  schedule: Schedule,
  done: Done,
  startedAt: number,
  now: number,
): Standing {
  const { goodAt, failure, report, isUnderWay } = done
  return {
    ...{ schedule, goodAt, failure, report, isWorking: isUnderWay },
    nextAt: Math.max(startedAt, dueAt(schedule, done)),
    isOverdue: isOverdue(schedule, goodAt ?? startedAt, now),
  }
}

export interface RoutineOptions {
  readonly schedule: Schedule
  readonly workshop: Workshop
  readonly clock: Clock
  readonly lease: Lease
  /** Left out where one process has the store, and the folder tells what was done. */
  readonly log?: Log
  complain(words: string): void
}

const lookEveryMs = 1000

/** Goes on where it ended, here or on another node. */
export async function openRoutine(options: RoutineOptions): Promise<Routine> {
  const done = await options.log?.find()
  // What another one had begun is due again.
  return new Routine(options, done?.isUnderWay ? { ...done, triedAt: undefined } : done)
}

export class Routine {
  readonly #options: RoutineOptions
  readonly #shelf: Shelf
  readonly #startedAt: number
  #done: Done
  #working: Promise<void> | undefined
  readonly #ticking: NodeJS.Timeout
  #isOver = false

  constructor(options: RoutineOptions, done: Done | undefined) {
    this.#options = options
    this.#shelf = new Shelf(options.schedule.path)
    this.#startedAt = options.clock.now()
    this.#done = done ?? nothingDone
    if (!options.log) this.#recall()
    this.#ticking = setInterval(() => this.#look(), lookEveryMs)
    this.#ticking.unref()
    this.#look()
  }

  standing(): Standing {
    const { schedule, clock } = this.#options
    const done = { ...this.#done, isUnderWay: this.#working !== undefined }
    return standingOf(schedule, done, this.#startedAt, clock.now())
  }

  /** Begins nothing more; what is under way is the workshop's to end. */
  async close(): Promise<void> {
    this.#isOver = true
    clearInterval(this.#ticking)
    await this.#working
  }

  /** What earlier processes did here. */
  #recall(): void {
    try {
      this.#shelf.open()
      const kept = this.#shelf.list()
      const last = kept.at(-1)
      const good = kept.findLast(({ isGood }) => isGood)
      // A newest one that is not good is due again at once.
      const triedAt = last?.isGood ? last.madeAt : undefined
      const report = good && this.#shelf.report(good.name)
      this.#done = { ...nothingDone, triedAt, goodAt: good?.madeAt, report }
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  #look(): void {
    const { schedule, clock } = this.#options
    if (this.#working || this.#isOver || clock.now() < dueAt(schedule, this.#done)) return
    this.#working = this.#turn()
      .catch((thrown) => this.#fail(thrown))
      .finally(() => {
        this.#working = undefined
      })
  }

  async #turn(): Promise<void> {
    const { workshop, schedule, clock, lease } = this.#options
    const madeAt = clock.now()
    // Of nodes that think that it is theirs one gets through here.
    await this.#note({ ...this.#done, triedAt: madeAt, isUnderWay: true })
    this.#shelf.open()
    const backupId = randomUUID()
    const path = this.#shelf.pathFor(backupId, madeAt)
    await workshop.create({ path, backupId, madeAt }, () => {})
    const report = await workshop.drill(path, schedule.path)
    this.#shelf.putReport(path, report)
    this.#done = { ...this.#done, report }
    if (report.doubts.length > 0) throw new Error(`${path}: ${report.doubts.join('; ')}`)
    await this.#note({ ...nothingDone, triedAt: madeAt, goodAt: madeAt, report })
    lease.mustHold()
    this.#prune()
  }

  async #note(done: Done): Promise<void> {
    await this.#options.log?.put(done)
    this.#done = done
  }

  #prune(): void {
    const { schedule, clock } = this.#options
    const kept = this.#shelf.list()
    for (const { name } of expired(schedule, kept, clock.now())) this.#shelf.remove(name)
  }

  async #fail(thrown: unknown): Promise<void> {
    if (this.#isOver || thrown instanceof LeaseLost) return
    this.#failed(thrown)
    await this.#options.log?.put(this.#done).catch(() => {}) // as if it had not ended
  }

  #failed(thrown: unknown): void {
    const { clock, complain } = this.#options
    const failure = thrown instanceof Error ? thrown.message : 'something was thrown'
    const failures = this.#done.failures + 1
    this.#done = { ...this.#done, failure, triedAt: clock.now(), failures, isUnderWay: false }
    complain(`a backup on schedule failed: ${failure}`)
  }
}
