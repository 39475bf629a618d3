/**
 * Requests that nobody signed, counted by source and told once a minute: bounded, whatever strangers
 * send.
 */
const sourcesMax = 1000
const everybodyElse = 'others'

export class Strangers {
  #counts = new Map<string, Record<string, number>>()

  /** Counts a refusal, or as many as another process has counted. */
  note(sourceIp: string, code: string, count = 1): void {
    const isRoom = this.#counts.has(sourceIp) || this.#counts.size < sourcesMax
    const source = isRoom ? sourceIp : everybodyElse
    const codes = this.#counts.get(source) ?? {}
    codes[code] = (codes[code] ?? 0) + count
    this.#counts.set(source, codes)
  }

  /** What was counted since the last time, by source; counting begins anew. */
  take(): ReadonlyMap<string, Readonly<Record<string, number>>> {
    const taken = this.#counts
    this.#counts = new Map()
    return taken
  }
}
