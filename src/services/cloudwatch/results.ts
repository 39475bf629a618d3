/** A page of results: what of many queries' values one answer shows. */
import type { Values } from './math.ts'
import type { Query } from './queries.ts'

/** Which of the values, one query's behind another's, a page shows. */
export class Results {
  readonly end: number
  isCut = false
  readonly #start: number
  #seen = 0

  constructor(start: number, itemsMax: number) {
    this.#start = start
    this.end = start + itemsMax
  }

  take({ id, label }: Query, values: Values, isAscending: boolean) {
    const sorted = [...values].toSorted(([a], [b]) => (isAscending ? a - b : b - a))
    const from = Math.max(0, this.#start - this.#seen)
    const to = Math.max(0, this.end - this.#seen)
    this.#seen += sorted.length
    const isPart = sorted.length > to
    if (isPart) this.isCut = true
    const shown = sorted.slice(from, to)
    return {
      ...{ Id: id, Label: label },
      Timestamps: shown.map(([at]) => at),
      Values: shown.map(([, value]) => value),
      StatusCode: isPart ? ('PartialData' as const) : ('Complete' as const),
    }
  }
}
