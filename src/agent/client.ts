/**
 * The cache of one role: what was asked for under it, kept fresh. Two roles share nothing, since what
 * one may read the other need not.
 */
import { Entries } from '../cache/entries.ts'
import { Kept, type Rules } from '../cache/kept.ts'
import type { World } from '../cache/world.ts'
import type { Memory } from './last-known.ts'
import type { Settings } from './settings.ts'
import { Refused, type Upstream } from './upstream.ts'
import { keyOf, requestOf, secretIn, type Value, valueIn, type Wanted } from './wanted.ts'

/** Something that is kept, with how often it was read since it was last reported. */
export class Item extends Kept<Value> {
  readonly wanted: Wanted
  #isKnown = false

  constructor({ wanted, upstream, rules, told, memory }: ItemNeeds) {
    const key = keyOf(wanted)
    super(
      {
        fetch: async (signal) => {
          const { service, target, input } = requestOf(wanted)
          return valueIn(wanted, await upstream.json(service, target, input, signal))
        },
        isFinal: (error) => error instanceof Refused && !error.isTransient,
        onKept: (value) => {
          this.#isKnown = true
          memory?.note(key, value)
          told.onFetched(this, value)
        },
        onFailed: (error, servesStale) => {
          if (error instanceof Refused && !error.isTransient) {
            this.#isKnown = absent.has(error.code)
            memory?.drop(key)
          }
          told.onFailed(this, error, servesStale)
        },
      },
      rules,
    )
    this.wanted = wanted
    const last = memory?.find(key)
    if (last) this.recall(last.value, last.until)
  }

  /** There is a value, or none of that name: what can change. What is refused or wrong cannot. */
  get isKnown(): boolean {
    return this.#isKnown
  }
}

const absent: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'ParameterNotFound'])

export interface Told {
  onFetched(item: Item, value: Value): void
  onFailed(item: Item, error: unknown, servesStale: boolean): void
  /** A value was handed out. */
  onRead(wanted: Wanted, value: Value, application: string | undefined): void
}

export interface Reading {
  /** Not from the cache. */
  readonly isNow: boolean
  readonly application: string | undefined
}

interface ItemNeeds extends Pick<ClientNeeds, 'upstream' | 'told' | 'memory'> {
  readonly wanted: Wanted
  readonly rules: Rules
}

export interface ClientNeeds {
  /** What was read before this start. */
  readonly memory?: Memory | undefined
  readonly upstream: Upstream
  readonly world: World
  readonly told: Told
  settings(): Settings
}

const jitterRatio = 0.1
const retryMsMax = 10_000

export class Client {
  readonly #needs: ClientNeeds
  readonly #items: Entries<Item>
  readonly #rules: Readonly<Record<Wanted['kind'], Rules>>

  constructor(needs: ClientNeeds) {
    this.#needs = needs
    this.#items = new Entries(mostOf(needs.settings()))
    this.#rules = { secret: rulesOf('secret', needs), parameter: rulesOf('parameter', needs) }
  }

  get upstream(): Upstream {
    return this.#needs.upstream
  }

  /** Heeds settings that were changed. */
  resettle(): void {
    this.#items.bound(mostOf(this.#needs.settings()))
  }

  /** The value, kept or fetched, for an application if it is known by name. */
  get(wanted: Wanted, { isNow, application }: Reading): Value | Promise<Value> {
    const { told } = this.#needs
    // What is fresh is handed out without a turn of the event loop.
    const fresh = isNow ? undefined : this.#items.get(keyOf(wanted))?.fresh()
    if (fresh) {
      told.onRead(wanted, fresh, application)
      return fresh
    }
    return this.#read(wanted, isNow).then((value) => {
      told.onRead(wanted, value, application)
      return value
    })
  }

  #read(wanted: Wanted, isNow: boolean): Promise<Value> {
    if (this.#needs.settings().cacheItemsMax === 0) return this.#make(wanted).renew()
    const item = this.#item(wanted)
    return isNow ? item.renew() : item.read()
  }

  /** Takes what a batch has read, under its name. */
  put(answer: Readonly<Record<string, unknown>>): void {
    const value = secretIn(answer)
    this.#item({ kind: 'secret', id: value.name }).put(value)
  }

  /** All that is kept, what was asked for last first. */
  items(): Item[] {
    return this.#items.all().reverse()
  }

  get size(): number {
    return this.#items.size
  }

  #item(wanted: Wanted): Item {
    const key = keyOf(wanted)
    return this.#items.get(key) ?? this.#items.add(key, this.#make(wanted))
  }

  #make(wanted: Wanted): Item {
    return new Item({ ...this.#needs, wanted, rules: this.#rules[wanted.kind] })
  }
}

const mostOf = ({ cacheItemsMax }: Settings): number => Math.max(1, cacheItemsMax)

/** As they are now: what is kept follows settings that are changed. */
const rulesOf = (kind: Wanted['kind'], { settings, world }: ClientNeeds): Rules => ({
  jitterRatio,
  refreshAheadRatio: 1,
  retryMsMax,
  world,
  get ttlMs() {
    return kind === 'secret' ? settings().secretsTtlMs : settings().parametersTtlMs
  },
  get fetchMsMax() {
    return kind === 'secret' ? settings().secretsCallMsMax : settings().parametersCallMsMax
  },
  // Who wants nothing kept wants nothing old.
  get staleMsMax() {
    const { cacheItemsMax, staleMsMax } = settings()
    return cacheItemsMax === 0 || this.ttlMs === 0 ? 0 : staleMsMax
  },
})
