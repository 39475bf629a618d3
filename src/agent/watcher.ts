/**
 * Asks Strongroom what has changed of what is kept: one call that waits, always under way, for a client's
 * role. What changed is read anew at once, so that the next application finds it. Without answers,
 * values live by their TTL. AWS is not asked: it does not tell.
 */
import type { World } from '../cache/world.ts'
import { backoffMs } from '../cache/world.ts'
import type { Client, Item } from './client.ts'
import { type Log, Refrain } from './log.ts'
import { Refused, type Upstream } from './upstream.ts'
import {
  type Answer,
  answerIn,
  idsMax,
  setOf,
  type Watchable,
  watchable,
  watchIdOf,
} from './watched.ts'

export interface WatcherNeeds {
  /** With connections of its own: a call that waits takes none of those that read. */
  readonly upstream: Upstream
  readonly world: World
  readonly log: Log
  isOn(): boolean
}

const waitSeconds = 30
const answerMsMax = (waitSeconds + 10) * 1000
const wokenItemsMax = 4
/** After a change others read too: the next question lets them go first. Nothing is lost behind a position. */
const settleMs = 200
const earlyMs = 1000
/** What is asked for at the same time is watched from one call on. */
const gatherMs = 20
const retryFirstMs = 250
const retryMostMs = 5000
/** Where it may not ask, or nobody knows the question. */
const refusedMs = 300_000

export class Watcher {
  readonly #needs: WatcherNeeds
  readonly #client: Client
  readonly #refrain = new Refrain()
  readonly #end = new AbortController()
  #position: string | undefined
  #asked: ReadonlySet<string> = new Set()
  #refused: ReadonlySet<string> = new Set()
  #failures = 0
  #poke: (() => void) | undefined
  /** Ends the pause after a change. */
  #hurry: (() => void) | undefined
  #isGathering = false
  readonly #running: Promise<void>

  constructor(client: Client, needs: WatcherNeeds) {
    this.#needs = needs
    this.#client = client
    this.#running = this.#run()
  }

  /** Something is kept: if it is not watched yet, the call that waits is replaced. */
  noteKept({ wanted }: Item): void {
    const isWatched = this.#asked.has(watchIdOf(wanted)) || this.#asked.size >= idsMax
    if (isWatched || this.#isGathering) return
    this.#isGathering = true
    setTimeout(() => {
      this.#isGathering = false
      this.#poke?.()
    }, gatherMs).unref()
  }

  async close(): Promise<void> {
    this.#end.abort()
    this.#poke?.()
    this.#hurry?.()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const poked = this.#pokes()
      const items = this.#needs.isOn() ? watchable(this.#client.items()) : new Map()
      this.#asked = new Set(items.keys())
      // Before anything is kept: what is read behind a position need not be read again.
      const wantsPosition = this.#position === undefined && this.#needs.isOn()
      if (items.size === 0 && !wantsPosition) await poked.promise
      else await this.#turn(items, poked)
    }
  }

  #pokes(): Poked {
    const stop = new AbortController()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#poke = () => {
      stop.abort()
      resolve()
    }
    return { promise, signal: stop.signal }
  }

  async #turn(items: Watchable, poked: Poked): Promise<void> {
    try {
      const askedAt = this.#needs.world.now()
      const answer = await this.#ask([...items.keys()], poked.signal)
      this.#recover(items)
      await this.#heed(answer, items, askedAt)
    } catch (error) {
      if (poked.signal.aborted) return
      const delayMs = this.#fail(error)
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, delayMs)
      await Promise.race([promise, poked.promise])
      clearTimeout(timer)
    }
  }

  async #ask(ids: readonly string[], poked: AbortSignal): Promise<Answer> {
    const signal = AbortSignal.any([poked, AbortSignal.timeout(answerMsMax)])
    const input = {
      Watched: setOf(ids),
      WaitSeconds: waitSeconds,
      ...(this.#position !== undefined && { Position: this.#position }),
    }
    const answer = await this.#needs.upstream.json(
      'strongroom',
      'Strongroom.WatchSecrets',
      input,
      signal,
    )
    return answerIn(answer)
  }

  /** Done when what changed has been read: the values come before the next question. */
  async #heed(answer: Answer, items: Watchable, askedAt: number): Promise<void> {
    if (answer.wokenAt !== undefined) return this.#wake(answer, items)
    const { position, isReset, changed, refused } = answer
    // What was read before there was a position may be older than it.
    const isAll = isReset || this.#position === undefined
    this.#position = position
    if (isAll) for (const item of this.#client.items()) item.expire()
    const renewals: Promise<unknown>[] = []
    for (const [id, kept] of items) {
      if (changed.has(id)) renewals.push(...kept.map((item) => item.renew()))
      // It was lost: the next read is decided on anew.
      else if (refused.has(id) && !this.#refused.has(id)) for (const item of kept) item.expire()
    }
    this.#refused = refused
    await Promise.allSettled(renewals)
    // A house that ends lets nobody wait: it is not asked again and again.
    const isEarly = !isAll && this.#needs.world.now() - askedAt < earlyMs
    if (renewals.length > 0 || isEarly) await this.#settle()
  }

  /**
   * Something changed, and the answer does not say what. Of few things all are read, which is quicker than to
   * ask; of many it is asked for, behind the old position.
   */
  async #wake({ position, wokenAt }: Answer, items: Watchable): Promise<void> {
    if (items.size > wokenItemsMax) {
      this.#position = position
      return
    }
    this.#position = wokenAt
    // What was kept meanwhile was not asked about.
    for (const item of this.#client.items()) {
      if (!this.#asked.has(watchIdOf(item.wanted))) item.expire()
    }
    await Promise.allSettled([...items.values()].flat().map((item) => item.renew()))
    await this.#settle()
  }

  async #settle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, settleMs * (0.5 + this.#needs.world.random()))
    this.#hurry = resolve
    await promise
    clearTimeout(timer)
  }

  #recover(items: Watchable): void {
    if (this.#refrain.isNews(undefined)) this.#needs.log.info('changes are told as they happen')
    if (this.#failures > 0)
      for (const kept of items.values()) for (const item of kept) item.forgive()
    this.#failures = 0
  }

  /** @returns for how long not to ask */
  #fail(error: unknown): number {
    const { log, world } = this.#needs
    this.#failures++
    const isRefused = error instanceof Refused && !error.isTransient && !error.isOfCredentials
    const words = isRefused
      ? `changes are not told (${error.code || error.status}): values are renewed by their TTL`
      : 'changes are not told at the moment: nobody answers'
    if (this.#refrain.isNews(words)) log.warn(words)
    if (isRefused) return refusedMs
    return backoffMs(this.#failures, retryFirstMs, retryMostMs, world.random())
  }
}

interface Poked {
  readonly promise: Promise<void>
  readonly signal: AbortSignal
}
