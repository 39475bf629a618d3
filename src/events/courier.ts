/**
 * Brings what waits to its targets: each has a queue of its own, tried by few at once, so that a slow
 * one holds up nobody else. A try is claimed in the store first; whoever dies with a claim leaves it to
 * whoever looks when it must be over. So everything is tried at least once.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { Attempt } from '../store/attempt.ts'
import { DeliveryReader, DeliveryStore, laneOf, type Queued } from './deliveries.ts'
import { bury } from './letter.ts'
import type { DeliveryRecord, Lane, TargetRecord } from './records.ts'
import { backOffMs, exhaustedBy, type Fate, type Send, type Verdict } from './retry.ts'
import { Slots } from './slots.ts'
import { EventReader } from './store.ts'

export interface CourierPorts {
  begin(): Attempt
  attempt<T>(run: (attempt: Attempt) => Promise<T>): Promise<T>
  readonly clock: Clock
  readonly send: Send
  /** No other process works on this store: a claim that is not ours is of one that has died. */
  readonly isAlone: boolean
  /** Between 0 and 1. */
  random(): number
  complain(thrown: unknown): void
}

export interface CourierLimits {
  /** Tries at once: of everybody's, of one target's, of one that failed last. */
  readonly triesMax: number
  readonly laneTriesMax: number
  readonly failingTriesMax: number
  /** How long a try may take at most before it counts as never made. */
  readonly claimMs: number
  /** How often targets are looked for that nobody told of. */
  readonly lookMs: number
}

export const courierLimits: CourierLimits = {
  triesMax: 64,
  laneTriesMax: 4,
  failingTriesMax: 1,
  claimMs: 20_000,
  lookMs: 5000,
}

interface Running {
  readonly lane: Lane
  readonly tries: Map<string, Promise<void>>
  isAsked: boolean
  isLooking: boolean
  isFailing: boolean
  timer: NodeJS.Timeout | undefined
}

interface Claimed {
  readonly lane: Lane
  readonly at: Queued
  readonly delivery: DeliveryRecord
  readonly target: TargetRecord
}

const timerMsMax = 60_000

export class Courier {
  readonly #ports: CourierPorts
  readonly #limits: CourierLimits
  readonly #slots: Slots
  readonly #running = new Map<string, Running>()
  readonly #ending = new AbortController()
  readonly #name = randomUUID()
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> | undefined

  constructor(ports: CourierPorts, limits: CourierLimits = courierLimits) {
    this.#ports = ports
    this.#limits = limits
    this.#slots = new Slots(limits.triesMax)
    this.#timer = setInterval(() => this.#lookAll(), limits.lookMs).unref()
    this.#lookAll()
  }

  /** What a commit changed: queues that got longer are looked at. */
  note(changed: readonly string[]): void {
    for (const key of changed) {
      const lane = laneOf(key)
      if (lane) this.#wake(lane)
    }
  }

  /** How many targets have something that waits. */
  get lanes(): number {
    return this.#running.size
  }

  /** Takes no more; what is tried is broken off and stays queued. */
  async close(): Promise<void> {
    this.#ending.abort()
    clearInterval(this.#timer)
    await this.#looking
    for (const { timer } of this.#running.values()) clearTimeout(timer)
    await Promise.all([...this.#running.values()].flatMap(({ tries }) => [...tries.values()]))
  }

  get #isClosed(): boolean {
    return this.#ending.signal.aborted
  }

  #lookAll(): void {
    this.#looking ??= this.#findLanes()
      .catch((thrown) => this.#ports.complain(thrown))
      .finally(() => {
        this.#looking = undefined
      })
  }

  async #findLanes(): Promise<void> {
    for await (const lane of new DeliveryReader(this.#ports.begin()).lanes()) {
      if (this.#isClosed) return
      this.#wake(lane)
    }
  }

  #wake(lane: Lane): void {
    if (this.#isClosed) return
    const key = Object.values(lane).join('\n')
    const running = this.#running.get(key) ?? this.#begin(key, lane)
    running.isAsked = true
    if (!running.isLooking) void this.#look(key, running)
  }

  #begin(key: string, lane: Lane): Running {
    const running: Running = {
      ...{ lane, tries: new Map(), isAsked: false, isLooking: false, isFailing: false },
      timer: undefined,
    }
    this.#running.set(key, running)
    return running
  }

  /** Starts what is due, as much as may be tried at once, and comes back for the rest. */
  async #look(key: string, running: Running): Promise<void> {
    running.isLooking = true
    clearTimeout(running.timer)
    try {
      while (running.isAsked && !this.#isClosed) {
        running.isAsked = false
        await this.#startDue(running)
      }
    } catch (thrown) {
      this.#ports.complain(thrown)
    }
    running.isLooking = false
    if (running.tries.size === 0 && running.timer === undefined) this.#running.delete(key)
  }

  async #startDue(running: Running): Promise<void> {
    const { laneTriesMax, failingTriesMax } = this.#limits
    const room = (running.isFailing ? failingTriesMax : laneTriesMax) - running.tries.size
    clearTimeout(running.timer)
    running.timer = undefined
    if (room <= 0) return
    const queued = await new DeliveryReader(this.#ports.begin()).first(
      running.lane,
      laneTriesMax * 2,
    )
    const now = this.#ports.clock.now()
    const waiting = queued.filter(({ id }) => !running.tries.has(id))
    const due = waiting.filter((each) => this.#isDue(each, now))
    for (const each of due.slice(0, room)) this.#start(running, each)
    const next = waiting.find((each) => !this.#isDue(each, now))
    if (due.length > 0 || !next) return
    const wait = Math.min(timerMsMax, next.dueAt - now)
    running.timer = setTimeout(() => this.#wake(running.lane), wait).unref()
  }

  #isDue({ dueAt, claim }: Queued, now: number): boolean {
    const isLeft = this.#ports.isAlone && claim !== undefined && !claim.startsWith(this.#name)
    return isLeft || dueAt <= now
  }

  #start(running: Running, queued: Queued): void {
    const trying = this.#try(running, queued)
      .catch((thrown) => this.#ports.complain(thrown))
      .finally(() => {
        running.tries.delete(queued.id)
        this.#wake(running.lane)
      })
    running.tries.set(queued.id, trying)
  }

  async #try(running: Running, queued: Queued): Promise<void> {
    const free = await this.#slots.take()
    try {
      if (this.#isClosed) return
      const claimed = await this.#ports.attempt((attempt) =>
        this.#claim(attempt, running.lane, queued),
      )
      if (!claimed) return
      const verdict = await this.#send(claimed)
      running.isFailing = verdict.kind === 'failed'
      await this.#ports.attempt((attempt) => this.#settle(attempt, claimed, verdict))
    } finally {
      free()
    }
  }

  async #claim(attempt: Attempt, lane: Lane, at: Queued): Promise<Claimed | undefined> {
    const store = new DeliveryStore(attempt)
    const now = this.#ports.clock.now()
    const before = await store.find(lane, at)
    if (!before || !this.#isDue({ ...at, claim: before.claim }, now)) return undefined
    const rule = await new EventReader(attempt).findRule(lane, lane.bus, lane.rule)
    const target = rule?.targets.find(({ id }) => id === lane.target)
    // There is nobody any more for whom it was.
    if (!target) {
      store.remove(lane, at)
      return undefined
    }
    const delivery = { ...before, tries: before.tries + 1, claim: `${this.#name} ${randomUUID()}` }
    const claimed = { dueAt: now + this.#limits.claimMs, id: at.id }
    store.move(lane, at, claimed, delivery)
    return { lane, at: claimed, delivery, target }
  }

  async #send({ lane, delivery, target }: Claimed): Promise<Verdict> {
    const { event, takenAt } = delivery
    try {
      return await this.#ports.send(target, { event, lane, takenAt }, this.#ending.signal)
    } catch (thrown) {
      // Ours and not the target's: tried again, and told to the operator.
      this.#ports.complain(thrown)
      return { kind: 'failed', code: 'INTERNAL_ERROR', words: 'The delivery failed here.' }
    }
  }

  async #settle(attempt: Attempt, claimed: Claimed, verdict: Verdict): Promise<void> {
    const { lane, at, delivery, target } = claimed
    const store = new DeliveryStore(attempt)
    const now = await store.find(lane, at)
    if (now?.claim !== delivery.claim) return
    const fate = this.#fateOf(claimed, verdict)
    if ('dueAt' in fate) {
      const { claim: _over, ...rest } = delivery
      store.move(lane, at, { dueAt: fate.dueAt, id: at.id }, { ...rest, tries: fate.tries })
      return
    }
    store.remove(lane, at)
    if (!fate.letter) return
    const { event, takenAt, tries } = delivery
    const diedAt = this.#ports.clock.now()
    const letter = { event, lane, targetArn: target.arn, takenAt, diedAt, tries, ...fate.letter }
    await bury(store, letter)
  }

  #fateOf({ delivery, target }: Claimed, verdict: Verdict): Fate {
    const { tries } = delivery
    const now = this.#ports.clock.now()
    // Broken off by our own end, or held back: that was no try.
    if (verdict.kind === 'later') return { dueAt: now + verdict.afterMs, tries: tries - 1 }
    if (this.#isClosed && verdict.kind === 'failed') return { dueAt: now, tries: tries - 1 }
    if (verdict.kind === 'arrived') return {}
    const { code, words } = verdict
    if (verdict.kind === 'refused') return { letter: { code, words } }
    const exhausted = exhaustedBy(target, delivery, now)
    if (exhausted) return { letter: { code, words, exhausted } }
    const afterMs = Math.max(verdict.afterMs ?? 0, backOffMs(tries, this.#ports.random()))
    return { dueAt: now + afterMs, tries }
  }
}
