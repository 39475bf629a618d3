/**
 * Backups on schedule: made, drilled, and only then is an older one let go. One at a time; what went
 * wrong is told and tried again.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
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

const lookEveryMs = 1000

export class Routine {
  readonly #schedule: Schedule
  readonly #workshop: Workshop
  readonly #clock: Clock
  readonly #complain: (words: string) => void
  readonly #shelf: Shelf
  readonly #startedAt: number
  #past: Past = { triedAt: undefined, failures: 0 }
  #goodAt: number | undefined
  #report: DrillReport | undefined
  #failure: string | undefined
  #working: Promise<void> | undefined
  readonly #ticking: NodeJS.Timeout
  #isOver = false

  constructor(
    schedule: Schedule,
    workshop: Workshop,
    clock: Clock,
    complain: (words: string) => void,
  ) {
    this.#schedule = schedule
    this.#workshop = workshop
    this.#clock = clock
    this.#complain = complain
    this.#shelf = new Shelf(schedule.path)
    this.#startedAt = clock.now()
    this.#recall()
    this.#ticking = setInterval(() => this.#look(), lookEveryMs)
    this.#ticking.unref()
    this.#look()
  }

  standing(): Standing {
    const since = this.#goodAt ?? this.#startedAt
    return {
      schedule: this.#schedule,
      nextAt: Math.max(this.#startedAt, dueAt(this.#schedule, this.#past)),
      goodAt: this.#goodAt,
      isOverdue: isOverdue(this.#schedule, since, this.#clock.now()),
      failure: this.#failure,
      report: this.#report,
      isWorking: this.#working !== undefined,
    }
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
      this.#goodAt = good?.madeAt
      this.#report = good && this.#shelf.report(good.name)
      // A newest one that is not good is due again at once.
      this.#past = { triedAt: last?.isGood ? last.madeAt : undefined, failures: 0 }
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #look(): void {
    if (this.#working || this.#clock.now() < dueAt(this.#schedule, this.#past)) return
    this.#past = { ...this.#past, triedAt: this.#clock.now() }
    this.#working = this.#turn()
      .catch((thrown) => this.#fail(thrown))
      .finally(() => {
        this.#working = undefined
      })
  }

  async #turn(): Promise<void> {
    this.#shelf.open()
    const backupId = randomUUID()
    const madeAt = this.#clock.now()
    const path = this.#shelf.pathFor(backupId, madeAt)
    await this.#workshop.create({ path, backupId, madeAt }, () => {})
    const report = await this.#workshop.drill(path, this.#schedule.path)
    this.#shelf.putReport(path, report)
    this.#report = report
    if (report.doubts.length > 0) throw new Error(`${path}: ${report.doubts.join('; ')}`)
    this.#goodAt = madeAt
    this.#failure = undefined
    this.#past = { triedAt: madeAt, failures: 0 }
    this.#prune()
  }

  #prune(): void {
    const kept = this.#shelf.list()
    for (const { name } of expired(this.#schedule, kept, this.#clock.now()))
      this.#shelf.remove(name)
  }

  #fail(thrown: unknown): void {
    if (this.#isOver) return
    const failure = thrown instanceof Error ? thrown.message : 'something was thrown'
    this.#failure = failure
    this.#past = { triedAt: this.#clock.now(), failures: this.#past.failures + 1 }
    this.#complain(`a backup on schedule failed: ${failure}`)
  }
}
