/**
 * The rules of all accounts, compiled, and as they are now: whoever commits a change of one marks it
 * here before anybody hears of it, and it is read anew before the next event is asked about. A house
 * without rules learns here at once that nobody waits for its events.
 */
import type { See } from '../store/attempt.ts'
import { InvalidPattern } from './pattern/invalid.ts'
import { compilePattern, type EventTree, type Pattern } from './pattern/pattern.ts'
import type { RuleRecord, Shelf } from './records.ts'
import { EventReader, type RulePlace, rulePlaceOf } from './store.ts'

interface CompiledRule {
  readonly place: RulePlace
  readonly rule: RuleRecord
  readonly pattern: Pattern
}

const shelfKey = ({ account, region }: Pick<Shelf, 'region'> & { account: string }): string =>
  `${account}/${region}`
const busKey = (place: Pick<RulePlace, 'account' | 'region' | 'bus'>): string =>
  `${shelfKey(place)}/${place.bus}`

export class RuleBook {
  readonly #see: See
  /** Compiled rules by account, region and bus, then by name. */
  readonly #buses = new Map<string, Map<string, CompiledRule>>()
  /** How many rules with patterns an account's region has. */
  readonly #counts = new Map<string, number>()
  readonly #stale = new Map<string, RulePlace>()
  #loading: Promise<void> | undefined
  /** Not every rule is known, or known to be as it was read. */
  #isDoubtful = true

  constructor(see: See) {
    this.#see = see
  }

  /** Reads every rule. */
  open(): Promise<void> {
    return this.#refresh()
  }

  /** Everything may have changed: it is read anew before the next event is asked about. */
  doubt(): void {
    this.#isDoubtful = true
  }

  /** What a commit changed. */
  note(changed: readonly string[]): void {
    for (const key of changed) {
      const place = rulePlaceOf(key)
      if (place) this.#mark(place)
    }
  }

  #mark(place: RulePlace): void {
    this.#stale.set(`${busKey(place)}/${place.name}`, place)
  }

  /** False if no rule of an account's region can want anything. */
  isAwaited(account: string, region: string): boolean {
    if (this.#isDoubtful || this.#counts.has(shelfKey({ account, region }))) return true
    for (const place of this.#stale.values()) {
      if (place.account === account && place.region === region) return true
    }
    return false
  }

  /** False if there is no rule anywhere that has a pattern. */
  get isOpen(): boolean {
    return this.#isDoubtful || this.#counts.size > 0 || this.#stale.size > 0
  }

  /** The rules of a bus that want an event. */
  async matching(
    place: Pick<RulePlace, 'account' | 'region' | 'bus'>,
    tree: EventTree,
    admits: (rule: RuleRecord) => boolean,
  ): Promise<RuleRecord[]> {
    if (this.#stale.size > 0 || this.#isDoubtful) await this.#refresh()
    const found: RuleRecord[] = []
    for (const { rule, pattern } of this.#buses.get(busKey(place))?.values() ?? []) {
      if (admits(rule) && pattern.matches(tree)) found.push(rule)
    }
    return found
  }

  /** One at a time: what is marked meanwhile is read in the next round. */
  #refresh(): Promise<void> {
    this.#loading ??= this.#readStale().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #readStale(): Promise<void> {
    while (this.#isDoubtful) {
      this.#isDoubtful = false
      try {
        await this.#markAll()
      } catch (thrown) {
        this.#isDoubtful = true
        throw thrown
      }
    }
    while (this.#stale.size > 0) {
      const [entry] = this.#stale
      if (!entry) return
      const [key, place] = entry
      const { bus, name } = place
      const rule = await this.#see((look) => new EventReader(look).findRule(place, bus, name))
      // Marked again while it was read: read again.
      if (this.#stale.get(key) !== place) continue
      this.#stale.delete(key)
      this.#set(place, rule)
    }
  }

  /** Those that are known are marked, too: they may be gone. */
  async #markAll(): Promise<void> {
    for (const rules of this.#buses.values()) {
      for (const { place } of rules.values()) this.#mark(place)
    }
    const rules = await this.#see((look) => new EventReader(look).everyRule())
    for await (const place of rules) {
      this.#mark(place)
    }
  }

  #set(place: RulePlace, rule: RuleRecord | undefined): void {
    const key = busKey(place)
    const rules = this.#buses.get(key) ?? new Map<string, CompiledRule>()
    const had = rules.delete(place.name)
    const compiled = rule && compiledOf(place, rule)
    if (compiled) rules.set(place.name, compiled)
    if (rules.size > 0) this.#buses.set(key, rules)
    else this.#buses.delete(key)
    this.#count(shelfKey(place), Number(compiled !== undefined) - Number(had))
  }

  #count(shelf: string, by: number): void {
    const count = (this.#counts.get(shelf) ?? 0) + by
    if (count > 0) this.#counts.set(shelf, count)
    else this.#counts.delete(shelf)
  }
}

/** `undefined` for one that wants no events. */
function compiledOf(place: RulePlace, rule: RuleRecord): CompiledRule | undefined {
  if (rule.pattern === undefined || rule.state === 'DISABLED') return undefined
  try {
    return { place, rule, pattern: compilePattern(rule.pattern) }
  } catch (thrown) {
    // It was fit when it was put: one that is not any more must not hold up all others.
    if (thrown instanceof InvalidPattern) return undefined
    throw thrown
  }
}
