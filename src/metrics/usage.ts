/**
 * What the accounts did within the last minute, in numbers, until it becomes metrics of theirs. Bounded:
 * what has no place any more is left out until the next minute.
 */

/** One operation of one account, in a minute. */
export interface Use {
  readonly account: string
  readonly region: string
  readonly service: string
  readonly operation: string
  readonly milliseconds: number[]
  calls: number
  errors: number
  denials: number
}

const usesMax = 2000
const timesMax = 200

export class Usage {
  #uses = new Map<string, Use>()

  note(
    account: string,
    region: string,
    service: string,
    operation: string,
    code: string,
    milliseconds: number,
  ): void {
    const key = `${account} ${region} ${service} ${operation}`
    const use = this.#uses.get(key) ?? this.#begin(key, { account, region, service, operation })
    if (!use) return
    use.calls++
    if (code !== 'ok') use.errors++
    if (code === 'AccessDeniedException') use.denials++
    if (use.milliseconds.length < timesMax) use.milliseconds.push(milliseconds)
  }

  /** What was noted elsewhere. */
  join(uses: readonly Use[]): void {
    for (const { account, region, service, operation, milliseconds, ...counts } of uses) {
      const key = `${account} ${region} ${service} ${operation}`
      const use = this.#uses.get(key) ?? this.#begin(key, { account, region, service, operation })
      if (!use) continue
      use.calls += counts.calls
      use.errors += counts.errors
      use.denials += counts.denials
      use.milliseconds.push(...milliseconds.slice(0, timesMax - use.milliseconds.length))
    }
  }

  /** All that was noted, and begins anew. */
  take(): readonly Use[] {
    const uses = [...this.#uses.values()]
    this.#uses = new Map()
    return uses
  }

  #begin(
    key: string,
    place: Pick<Use, 'account' | 'region' | 'service' | 'operation'>,
  ): Use | undefined {
    if (this.#uses.size >= usesMax) return undefined
    const use = { ...place, calls: 0, errors: 0, denials: 0, milliseconds: [] }
    this.#uses.set(key, use)
    return use
  }
}
