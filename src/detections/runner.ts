/**
 * Runs the detections over the journal as it grows, behind the answers. An incident, its event, its
 * record in the audit, everything that was learned and the place up to which the journal was looked at
 * are one commit: a kill before it has all of that found again, a kill behind it loses and doubles nothing.
 */
import { Follower } from '../audit/follower.ts'
import type { Clock } from '../lib/clock.ts'
import { minuteMs, secondMs } from '../lib/clock.ts'
import { Unopenable } from '../lib/sealer.ts'
import type { JournalRow } from '../store/engine.ts'
import { Journal, type JournalKeys } from '../store/journal.ts'
import type { Store } from '../store/store.ts'
import { type Act, actsOf } from './act.ts'
import type { DetectionName, Detector, Found } from './detection.ts'
import { denialsMs } from './detectors/denials.ts'
import { windowMs } from './detectors/read-rate.ts'
import { detectors } from './detectors/table.ts'
import { Ledger } from './ledger.ts'
import type { Limits } from './limits.ts'
import { Memory } from './memory.ts'
import type { Facts, Mind } from './mind.ts'
import { DetectionReader, DetectionStore, type State } from './store.ts'
import { tell } from './telling.ts'
import { Windows } from './windows.ts'

export interface RunnerOptions {
  readonly store: Store
  readonly keys: JournalKeys
  readonly clock: Clock
  readonly facts: Facts
  readonly limits: Limits
  readonly names: readonly DetectionName[]
  complain(thrown: unknown): void
}

const rowsPerPage = 64
const knownMax = 100_000
/** What was learned is written at least so often; a place in the journal alone more seldom. */
const learnedEveryMs = 2 * secondMs
const placeEveryMs = minuteMs
const tickEveryMs = secondMs
const unwrittenMax = 1000

/** Goes on where it was; the first time, from here on. */
export async function openRunner(options: RunnerOptions): Promise<Runner> {
  const { store, clock } = options
  const state = await store.attempt(async (attempt) => {
    const kept = new DetectionStore(attempt)
    const known = await kept.state()
    if (known) return known
    const windows = { reads: [], denials: [] }
    const fresh: State = { seq: store.position, since: clock.now(), windows }
    kept.putState(fresh)
    return fresh
  })
  return new Runner(options, state)
}

export class Runner {
  readonly #options: RunnerOptions
  readonly #journal: Journal
  readonly #detectors: readonly Detector[]
  readonly #memory: Memory
  readonly #ledger: Ledger
  readonly #mind: Mind
  readonly #follower: Follower
  #seq: number
  /** Whether anything was looked at that a restart would look at again. */
  #isBehind = false
  #writtenAt = performance.now()
  #tickedAt = Number.NEGATIVE_INFINITY

  constructor(options: RunnerOptions, { seq, since, windows: printed }: State) {
    const { store, keys, facts, limits, names } = options
    this.#options = options
    this.#journal = new Journal(keys)
    this.#detectors = names.map((name) => detectors[name])
    const reader = () => new DetectionReader(store.begin())
    this.#memory = new Memory((place) => reader().recall(place), knownMax)
    this.#ledger = new Ledger(this.#memory, (account, id) => reader().find(account, id))
    const windows = new Windows()
    windows.restore(printed)
    this.#mind = { memory: this.#memory, facts, limits, windows, since }
    this.#seq = seq
    this.#follower = new Follower({
      ...{ source: store, after: seq, rowsMax: rowsPerPage },
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
    if (this.#isDirty()) await this.#write()
  }

  /** Rows that were looked at before their commit failed are not looked at again. */
  async #take(rows: readonly JournalRow[]): Promise<void> {
    for (const row of rows) {
      if (row.seq <= this.#seq) continue
      await this.#examine(row)
      this.#seq = row.seq
    }
    await this.#settle()
  }

  async #examine(row: JournalRow): Promise<void> {
    for (const record of recordsIn(this.#journal, row)) {
      for (const act of actsOf(record)) await this.#look(act)
    }
  }

  async #look(act: Act): Promise<void> {
    this.#isBehind = true
    for (const detector of this.#detectors) {
      const found = detector.look?.(act, this.#mind)
      if (found !== undefined) await this.#note(detector.name, await found)
    }
  }

  async #note(name: DetectionName, found: Found): Promise<void> {
    if (!found) return
    for (const finding of 'severity' in found ? [found] : found)
      await this.#ledger.take(name, finding)
  }

  async #settle(): Promise<void> {
    await this.#tick()
    const ageMs = performance.now() - this.#writtenAt
    const hasLearned = this.#memory.unwrittenCount > 0 || this.#ledger.unwritten.length > 0
    const isDue = ageMs > (hasLearned ? learnedEveryMs : placeEveryMs) && this.#isDirty()
    const isMuch = this.#memory.unwrittenCount > unwrittenMax
    if (this.#ledger.hasNews || isDue || isMuch) await this.#write()
  }

  /** Our own commits bring nothing to look at, and so no further commit. */
  #isDirty(): boolean {
    return this.#isBehind || this.#memory.unwrittenCount > 0 || this.#ledger.unwritten.length > 0
  }

  async #tick(): Promise<void> {
    const now = performance.now()
    if (now < this.#tickedAt + tickEveryMs) return
    this.#tickedAt = now
    const at = this.#options.clock.now()
    for (const detector of this.#detectors) {
      await this.#note(detector.name, await detector.tick?.(at, this.#mind))
    }
  }

  async #write(): Promise<void> {
    const { store, clock, limits } = this.#options
    const after = clock.now() - Math.max(windowMs, denialsMs)
    const windows = this.#mind.windows.print(after, Math.ceil(limits.reads / 4))
    await store.attempt(async (attempt) => {
      const into = new DetectionStore(attempt)
      into.putState({ seq: this.#seq, since: this.#mind.since, windows })
      for (const [place, record] of this.#memory.unwritten()) into.learn(place, record)
      for (const { incident, isNew } of this.#ledger.unwritten) {
        // Whoever acknowledged it meanwhile has done so.
        const now = isNew ? undefined : await into.find(incident.account, incident.id)
        into.put(now?.acknowledged ? { ...incident, acknowledged: now.acknowledged } : incident)
        if (isNew) tell(attempt, incident)
      }
    })
    this.#memory.written()
    this.#ledger.written()
    this.#isBehind = false
    this.#writtenAt = performance.now()
  }
}

/** A damaged row holds nothing that could be looked at; `audit verify` names it. */
function recordsIn(journal: Journal, row: JournalRow) {
  try {
    return journal.open(row).records as Parameters<typeof actsOf>[0][]
  } catch (thrown) {
    if (thrown instanceof Unopenable) return []
    throw thrown
  }
}
