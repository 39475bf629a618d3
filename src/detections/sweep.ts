/** What time leaves to be cleared away: old incidents, and what was of no use for long. */
import { dayMs, dayOf } from '../lib/clock.ts'
import type { Attempt, See } from '../store/attempt.ts'
import { DetectionReader, DetectionStore, type Remains } from './store.ts'

const incidentDays = 90
const knowledgeDays = 180
const itemsPerTurn = 500

export interface Sweeping {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
}

/** Goes through all of it, a bounded part with each turn, and begins anew at its end. */
export class Sweeper {
  #next: Readonly<Record<Remains['of'], readonly string[] | undefined>> = {
    incidents: undefined,
    knowledge: undefined,
  }

  async turn(store: Sweeping, at: number): Promise<void> {
    const before = { incidents: at - incidentDays * dayMs, knowledge: dayOf(at) - knowledgeDays }
    const [incidents, knowledge] = await Promise.all([
      store.see((look) =>
        new DetectionReader(look).oldIncidents(
          before.incidents,
          this.#next.incidents,
          itemsPerTurn,
        ),
      ),
      store.see((look) =>
        new DetectionReader(look).oldKnowledge(
          before.knowledge,
          this.#next.knowledge,
          itemsPerTurn,
        ),
      ),
    ])
    this.#next = { incidents: incidents.next, knowledge: knowledge.next }
    const found = [incidents, knowledge].filter(({ keys }) => keys.length > 0)
    if (found.length === 0) return
    await store.attempt(async (attempt) => {
      for (const remains of found) new DetectionStore(attempt).forget(remains)
    })
  }
}
