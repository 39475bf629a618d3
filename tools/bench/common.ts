/**
 * What several measures share: one house that has been warmed up, so that rounds compare what runs for
 * long, and bare node:http that answers the same bytes.
 */
import { callsFile, press, type Target } from './press.ts'
import {
  bodyFile,
  callsBy,
  type Furnished,
  furnished,
  hot,
  readOrder,
  serveBare,
} from './served.ts'
import type { Stage } from './stage.ts'

export class Common {
  readonly #stage: Stage
  readonly #warmUpSeconds: number
  #house: Promise<Furnished> | undefined
  #bare: Promise<Target> | undefined

  constructor(stage: Stage, warmUpSeconds: number) {
    this.#stage = stage
    this.#warmUpSeconds = warmUpSeconds
  }

  /** The house of the hot read. Whoever takes it may add to it, and takes nothing away. */
  house(): Promise<Furnished> {
    this.#house ??= furnished(this.#stage).then((house) => this.warmed(house))
    return this.#house
  }

  /** node:http that answers what the house answers. */
  bare(): Promise<Target> {
    this.#bare ??= this.house().then(async (house) =>
      serveBare(this.#stage, await bodyFile(this.#stage, house)),
    )
    return this.#bare
  }

  /** Puts the hot read on a house. */
  async warmed(house: Furnished): Promise<Furnished> {
    const calls = callsFile(this.#stage, callsBy(house, hot.secrets, readOrder))
    await this.warm(house, calls)
    this.#stage.forget(calls)
    return house
  }

  /** Puts these calls on a house until its code has been compiled for them. */
  async warm(house: Target, calls: string): Promise<void> {
    const { connections } = hot
    await press(this.#stage, house, { connections, seconds: this.#warmUpSeconds, calls })
  }
}
