/** The turns of secrets that are gone, forgotten: a page at each call, from where the last one ended. */
import type { Attempts, Place, Secrets } from './ports.ts'
import { removeTurn, TurnReader } from './store.ts'

const turnsPerSweepMax = 500

export class TurnSweeper {
  #after: Place | undefined

  /** Gives how many turns were removed. */
  async sweep(store: Attempts, secrets: Pick<Secrets, 'has'>): Promise<number> {
    const page = await store.see((look) =>
      new TurnReader(look).listAll(this.#after, turnsPerSweepMax),
    )
    this.#after = page.length === turnsPerSweepMax ? page.at(-1) : undefined
    let count = 0
    for (const place of page) {
      const isGone = await store.attempt((attempt) => {
        const turn = new TurnReader(attempt).find(place)
        if (!turn || secrets.has(attempt, place, turn.arn)) return false
        removeTurn(attempt, place)
        return true
      })
      if (isGone) count++
    }
    return count
  }
}
