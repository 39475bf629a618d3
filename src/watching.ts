/**
 * Changes of secrets and parameters for those who wait for them: what the store's commits say, without a
 * question to it. A commit costs one look at its own keys; what is remembered is bounded, and what
 * is not remembered any more counts as changed.
 */
import { parseArn } from './lib/arn.ts'
import type { Changes } from './services/strongroom/changes.ts'
import { collectionOf, keyOf } from './store/key.ts'
import type { Store } from './store/store.ts'

export interface WatchingLimits {
  /** How many things' last changes are remembered. */
  readonly rememberedMax: number
  readonly waitersMax: number
}

const watchingLimits: WatchingLimits = { rememberedMax: 20_000, waitersMax: 5000 }

/** The collections whose records hold labels, and where a resource's name begins. */
const watched: ReadonlyMap<string, { collection: string; nameIn(resource: string): string }> =
  new Map([
    [
      'secretsmanager',
      // Behind `secret:`, without the hyphen and its six characters.
      { collection: 'secrets', nameIn: (resource) => resource.slice('secret:'.length, -7) },
    ],
    ['ssm', { collection: 'parameters', nameIn: (resource) => resource.slice('parameter'.length) }],
  ])
const collections = new Set([...watched.values()].map(({ collection }) => collection))

/** True for a change, false for an end without one. */
type Wake = (isChange: boolean) => void

export class Watching implements Changes {
  readonly #limits: WatchingLimits
  /** The number of the last commit that changed a key, the latest last. */
  readonly #lastChanges = new Map<string, number>()
  readonly #store: Pick<Store, 'position'>
  readonly #waiters = new Map<string, Set<Wake>>()
  readonly #ends = new Set<Wake>()
  #waiting = 0
  /** Changes up to here may have been forgotten. */
  #floor: number
  #isClosed = false

  constructor(store: Pick<Store, 'position' | 'onCommit'>, limits = watchingLimits) {
    this.#limits = limits
    this.#store = store
    this.#floor = store.position
    store.onCommit((changed, isBehind) => this.#note(changed, isBehind))
  }

  keyOf(arn: string): string | undefined {
    const { service = '', account = '', region = '', resource = '' } = parseArn(arn) ?? {}
    const kind = watched.get(service)
    const name = kind?.nameIn(resource) ?? ''
    if (!kind || /\p{Cc}/u.test(name)) return undefined
    return keyOf(kind.collection, [account, region, name])
  }

  since(position: number, keys: ReadonlySet<string>): ReadonlySet<string> | 'unknown' {
    if (position < this.#floor) return 'unknown'
    return new Set([...keys].filter((key) => (this.#lastChanges.get(key) ?? 0) > position))
  }

  hasRoom(): boolean {
    return this.#waiting < this.#limits.waitersMax
  }

  async wait(
    position: number,
    keys: ReadonlySet<string>,
    milliseconds: number,
  ): Promise<number | undefined> {
    const changed = this.since(position, keys)
    if (changed === 'unknown' || changed.size > 0) return this.#store.position
    if (this.#isClosed) return undefined
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(resolve, milliseconds, false)
    this.#ends.add(resolve)
    for (const key of keys) this.#waitersAt(key).add(resolve)
    this.#waiting++
    try {
      return (await promise) ? this.#store.position : undefined
    } finally {
      clearTimeout(timer)
      this.#waiting--
      this.#ends.delete(resolve)
      for (const key of keys) this.#leave(key, resolve)
    }
  }

  /** Lets everybody go, and nobody wait any more. */
  close(): void {
    this.#isClosed = true
    for (const end of this.#ends) end(false)
  }

  #waitersAt(key: string): Set<Wake> {
    const waiters = this.#waiters.get(key) ?? new Set()
    this.#waiters.set(key, waiters)
    return waiters
  }

  #leave(key: string, resolve: Wake): void {
    const waiters = this.#waiters.get(key)
    waiters?.delete(resolve)
    if (waiters?.size === 0) this.#waiters.delete(key)
  }

  /** @param isBehind more has changed than is told */
  #note(changed: readonly string[], isBehind: boolean): void {
    const head = this.#store.position
    if (isBehind) {
      this.#floor = head
      for (const end of this.#ends) end(true)
    }
    for (const key of changed) {
      if (!collections.has(collectionOf(key))) continue
      this.#lastChanges.delete(key)
      this.#lastChanges.set(key, head)
      this.#forget()
      for (const wake of this.#waiters.get(key) ?? []) wake(true)
    }
  }

  #forget(): void {
    if (this.#lastChanges.size <= this.#limits.rememberedMax) return
    const [oldest] = this.#lastChanges
    if (!oldest) return
    this.#lastChanges.delete(oldest[0])
    this.#floor = oldest[1]
  }
}
