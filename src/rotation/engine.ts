/**
 * The rotation engine: looks what is due, and rotates a bounded number of secrets at a time. It can be
 * killed between any two steps: what it held is found again, and goes on at the step where it stood.
 */
import { randomUUID } from 'node:crypto'
import { minuteMs } from '../lib/clock.ts'
import { type Claiming, claim, Vigil } from './claim.ts'
import type { Lent, Place } from './ports.ts'
import { runStep, type Stepping } from './step.ts'
import { heldBy, partsOf, putTurn, TurnReader } from './store.ts'
import { TurnSweeper } from './sweep.ts'
import type { Turn } from './turn.ts'

export interface RotationLimits {
  /** Secrets that are rotated at the same time by this process. */
  readonly turnsMax: number
  /** How often it looks by itself; a call that makes something due is heeded at once. */
  readonly lookMs: number
  /** Before the second try, the third, and so on: all inside the window. */
  readonly delaysMs: readonly number[]
  /** How long a holder may be silent; 0 where no other process can hold anything. */
  readonly leaseMs: number
}

export const rotationLimits: RotationLimits = {
  turnsMax: 8,
  lookMs: 1000,
  delaysMs: [minuteMs / 2, 2 * minuteMs, 8 * minuteMs, 30 * minuteMs],
  leaseMs: 0,
}

const beatsPerLease = 4
/** Long enough for the commit that a call's nudge announces. */
const nudgeMs = 10
const placesMax = 1000

export class RotationEngine {
  readonly #limits: RotationLimits
  readonly #by: Claiming & Stepping
  readonly #running = new Map<string, Promise<void>>()
  /** What could not be taken, left alone until the next look. */
  readonly #resting = new Set<string>()
  readonly #sweeper = new TurnSweeper()
  readonly #looking: NodeJS.Timeout
  #look: Promise<void> = Promise.resolve()
  #isLooking = false
  #isWanted = false
  readonly #closing = new AbortController()

  constructor(lent: Lent, limits: RotationLimits = rotationLimits) {
    this.#limits = limits
    const { delaysMs, leaseMs } = limits
    const closing = this.#closing.signal
    this.#by = { ...lent, delaysMs, closing, holder: randomUUID(), vigil: new Vigil(leaseMs) }
    this.#looking = setInterval(() => this.#lookAnew(), limits.lookMs)
    this.#lookAnew()
  }

  /** Something is due, or will be in a moment. */
  wake(): void {
    if (!this.#closing.signal.aborted) setTimeout(() => this.#lookAnew(), nudgeMs).unref()
  }

  /** Forgets what is left of secrets that are gone. */
  async sweep(): Promise<void> {
    await this.#sweeper.sweep(this.#by.store, this.#by.secrets)
  }

  /** Takes nothing more and waits for no function. What is left goes on with the next start. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#looking)
    await this.#look
    await Promise.allSettled(this.#running.values())
  }

  #lookAnew(): void {
    this.#resting.clear()
    this.#lookOn()
  }

  /** One look at a time; a wish that comes meanwhile is heeded after it. */
  #lookOn(): void {
    this.#isWanted = true
    if (this.#isLooking || this.#closing.signal.aborted) return
    this.#isLooking = true
    this.#look = this.#lookWhileWanted()
      .catch((thrown) => this.#by.complain(thrown))
      .finally(() => {
        this.#isLooking = false
      })
  }

  async #lookWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#closing.signal.aborted) {
      this.#isWanted = false
      for (const place of await this.#candidates()) {
        if (this.#running.size >= this.#limits.turnsMax || this.#closing.signal.aborted) return
        this.#start(place)
      }
    }
  }

  /** First what somebody held and may have lost, then what is due; each is looked at for itself. */
  async #candidates(): Promise<Place[]> {
    const { store, secrets, clock, vigil } = this.#by
    // What cannot be taken keeps none of the others waiting.
    const passed = this.#running.size + this.#resting.size
    const itemsMax = Math.min(passed + 2 * this.#limits.turnsMax, placesMax)
    const held = await store.see((look) => new TurnReader(look).listHeld(itemsMax))
    vigil.keep(held)
    const due = await store.see((look) => secrets.due(look, clock.now(), itemsMax))
    return [...held, ...due].filter((place) => !this.#isKnown(place))
  }

  #isKnown(place: Place): boolean {
    const key = keyOf(place)
    return this.#running.has(key) || this.#resting.has(key)
  }

  #start(place: Place): void {
    const key = keyOf(place)
    if (this.#isKnown(place)) return
    const run = this.#run(place)
      .catch((thrown) => {
        this.#resting.add(key)
        if (!this.#closing.signal.aborted) this.#by.complain(thrown)
      })
      .finally(() => {
        this.#running.delete(key)
        this.#lookOn()
      })
    this.#running.set(key, run)
  }

  async #run(place: Place): Promise<void> {
    let turn = await claim(this.#by, place)
    if (!turn) {
      this.#resting.add(keyOf(place))
      return
    }
    const endBeats = this.#beat(place, turn)
    try {
      while (turn && !this.#closing.signal.aborted) turn = await runStep(this.#by, place, turn)
    } finally {
      endBeats()
    }
  }

  /** Shows the others that this process lives. */
  #beat(place: Place, turn: Turn): () => void {
    const { leaseMs } = this.#limits
    if (leaseMs === 0) return () => {}
    const beating = setInterval(() => {
      this.#by.store
        .attempt((attempt) => {
          const now = heldBy(attempt, place, turn)
          if (now) putTurn(attempt, place, { ...now, beat: now.beat + 1 })
        })
        .catch((thrown) => this.#by.complain(thrown))
    }, leaseMs / beatsPerLease)
    return () => clearInterval(beating)
  }
}

const keyOf = (place: Place): string => partsOf(place).join('/')
