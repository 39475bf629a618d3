/**
 * The metrics of several processes as one. What only grows goes on from where it was when a process ends:
 * a sum that fell would be taken for a new beginning.
 */
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client'

/** What one process has counted so far. */
export type Snapshot = readonly MetricObjectWithValues<MetricValue<string>>[]

const growing: ReadonlySet<unknown> = new Set(['counter', 'histogram'])

export class Sums {
  readonly #last = new Map<number, Snapshot>()
  #gone: Snapshot = []
  #folded: Promise<void> = Promise.resolve()

  /** What a process says that it has counted. */
  note(process: number, snapshot: Snapshot): void {
    this.#last.set(process, snapshot)
  }

  /** It has ended, and what it said last stays. */
  left(process: number): void {
    const last = this.#last.get(process)?.filter(({ type }) => growing.has(type))
    this.#last.delete(process)
    if (!last) return
    this.#folded = this.#folded.then(async () => {
      this.#gone = await sumOf([this.#gone, last]).getMetricsAsJSON()
    })
  }

  /** All of them with one's own, as text. */
  async print(own: Snapshot): Promise<string> {
    await this.#folded
    return sumOf([own, ...this.#last.values(), this.#gone]).metrics()
  }
}

const sumOf = (snapshots: readonly Snapshot[]) =>
  AggregatorRegistry.aggregate(snapshots as object[])
