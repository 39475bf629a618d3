/**
 * The detections at work, from one state of theirs to the next: what they looked at, learned and found
 * since then is held here until somebody writes it.
 */
import type { KeyObject } from 'node:crypto'
import { actsOf, type Recorded } from './act.ts'
import type { DetectionName, Detector, Found } from './detection.ts'
import { denialsMs } from './detectors/denials.ts'
import { windowMs } from './detectors/read-rate.ts'
import { detectors } from './detectors/table.ts'
import { type Find, Ledger } from './ledger.ts'
import type { Limits } from './limits.ts'
import { Memory, type Recall } from './memory.ts'
import type { Facts, Mind } from './mind.ts'
import type { DetectionStore, State } from './store.ts'
import { telling } from './telling.ts'
import { Windows } from './windows.ts'

/** What was written before, as it is looked up one by one. */
export interface Kept {
  readonly recall: Recall
  readonly find: Find
  /** By which what is looked up is named. */
  readonly digestKey: KeyObject
}

export interface WatchOptions {
  readonly kept: Kept
  readonly facts: Facts
  readonly limits: Limits
  readonly names: readonly DetectionName[]
}

const knownMax = 100_000
const unwrittenMax = 1000

export class Watch {
  readonly #detectors: readonly Detector[]
  readonly #memory: Memory
  readonly #ledger: Ledger
  readonly #mind: Mind
  /** Whether anything was looked at that would be looked at again after a restart. */
  #isBehind = false

  constructor({ kept, facts, limits, names }: WatchOptions, { since, windows: printed }: State) {
    this.#detectors = names.map((name) => detectors[name])
    this.#memory = new Memory(kept.recall, kept.digestKey, knownMax)
    this.#ledger = new Ledger(this.#memory, kept.find)
    const windows = new Windows()
    windows.restore(printed)
    this.#mind = { memory: this.#memory, facts, limits, windows, since }
  }

  async look(records: readonly Recorded[]): Promise<void> {
    for (const record of records) {
      for (const act of actsOf(record)) {
        this.#isBehind = true
        for (const detector of this.#detectors) {
          const found = detector.look?.(act, this.#mind)
          // Without a wait where there is nothing: most acts are nothing to most detections.
          if (found !== undefined) await this.#note(detector.name, await found)
        }
      }
    }
  }

  async #note(name: DetectionName, found: Found): Promise<void> {
    if (!found) return
    for (const finding of 'severity' in found ? [found] : found) {
      await this.#ledger.take(name, finding)
    }
  }

  /** Looks at what time alone brought about. */
  async tick(at: number): Promise<void> {
    for (const detector of this.#detectors) {
      await this.#note(detector.name, await detector.tick?.(at, this.#mind))
    }
  }

  /** Whether somebody must be told, or more is held than should be. */
  get isUrgent(): boolean {
    return this.#ledger.hasNews || this.#memory.unwrittenCount > unwrittenMax
  }

  get hasLearned(): boolean {
    return this.#memory.unwrittenCount > 0 || this.#ledger.unwritten.length > 0
  }

  /** Incidents that were begun or have grown since the last writing. */
  get unwritten(): Ledger['unwritten'] {
    return this.#ledger.unwritten
  }

  /** Whether there is anything to write. Our own commits bring nothing to look at, and so no further one. */
  get isDirty(): boolean {
    return this.#isBehind || this.hasLearned
  }

  /** Writes all that is held, and the state behind it. */
  write(into: DetectionStore, seq: number, mark: string, at: number): void {
    const { since, limits, windows } = this.#mind
    const lately = windows.print(at - Math.max(windowMs, denialsMs), Math.ceil(limits.reads / 4))
    into.putState({ seq, mark, since, windows: lately })
    for (const [place, record] of this.#memory.unwritten()) into.learn(place, record)
    for (const { incident, isNew } of this.#ledger.unwritten) {
      // Whoever acknowledged it meanwhile has done so.
      const now = isNew ? undefined : into.find(incident.account, incident.id)
      into.put(now?.acknowledged ? { ...incident, acknowledged: now.acknowledged } : incident)
      if (isNew) into.tell(telling(incident))
    }
  }

  /** What `write` wrote has been committed. */
  written(): void {
    this.#memory.written()
    this.#ledger.written()
    this.#isBehind = false
  }
}
