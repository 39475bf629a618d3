/** Keeps calls of each destination as far apart as its rate asks for. */
import { secondMs } from '../lib/clock.ts'

const placesMax = 10_000

export class Pacer {
  /** When the next call of each may begin, in milliseconds of the process. */
  readonly #next = new Map<string, number>()

  /** How long a call must wait, and its place; `undefined` if that is longer than `waitMsMax`. */
  reserve(name: string, ratePerSecond: number, now: number, waitMsMax: number): number | undefined {
    const at = Math.max(now, this.#next.get(name) ?? now)
    if (at - now > waitMsMax) return undefined
    if (this.#next.size >= placesMax) this.#forget(now)
    this.#next.set(name, at + secondMs / ratePerSecond)
    return at - now
  }

  #forget(now: number): void {
    for (const [name, at] of this.#next) if (at <= now) this.#next.delete(name)
  }
}
