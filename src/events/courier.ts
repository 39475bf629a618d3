/**
 * Brings what waits to its targets: each has a queue of its own, tried by few at once, so that a slow
 * one holds up nobody else.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
import type { See } from '../store/attempt.ts'
import { DeliveryReader, laneOf, type Queued } from './deliveries.ts'
import { Handover, type HandoverPorts } from './handover.ts'
import type { Lane } from './records.ts'
import { Slots } from './slots.ts'

export interface CourierPorts extends HandoverPorts {
  readonly see: See
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

const timerMsMax = 60_000

export class Courier {
  readonly #ports: CourierPorts
  readonly #limits: CourierLimits
  readonly #slots: Slots
  readonly #running = new Map<string, Running>()
  readonly #ending = new AbortController()
  readonly #handover: Handover
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> | undefined

  constructor(ports: CourierPorts, limits: CourierLimits = courierLimits) {
    this.#ports = ports
    this.#limits = limits
    this.#slots = new Slots(limits.triesMax)
    this.#handover = new Handover(ports, limits.claimMs, this.#ending.signal)
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
    const lanes = await this.#ports.see((look) => new DeliveryReader(look).lanes())
    for await (const lane of lanes) {
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
    const queued = await this.#ports.see((look) =>
      new DeliveryReader(look).first(running.lane, laneTriesMax * 2),
    )
    const now = this.#ports.clock.now()
    const waiting = queued.filter(({ id }) => !running.tries.has(id))
    const due = waiting.filter((each) => this.#handover.isDue(each, now))
    for (const each of due.slice(0, room)) this.#start(running, each)
    const next = waiting.find((each) => !this.#handover.isDue(each, now))
    if (due.length > 0 || !next) return
    const wait = Math.min(timerMsMax, next.dueAt - now)
    running.timer = setTimeout(() => this.#wake(running.lane), wait).unref()
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
      const verdict = await this.#handover.run(running.lane, queued)
      if (verdict) running.isFailing = verdict.kind === 'failed'
    } finally {
      free()
    }
  }
}
