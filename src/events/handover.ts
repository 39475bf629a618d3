/**
 * One try to bring an event to its target. It is claimed in the store first, by moving it to when the try
 * must be over; whoever dies with a claim leaves it to whoever looks then. So everything is tried at
 * least once, and counted once.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { Attempt } from '../store/attempt.ts'
import { DeliveryStore, type Queued } from './deliveries.ts'
import { bury } from './letter.ts'
import type { DeliveryRecord, Lane, TargetRecord } from './records.ts'
import { backOffMs, exhaustedBy, type Fate, type Send, type Verdict } from './retry.ts'
import { EventReader } from './store.ts'

export interface HandoverPorts {
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
  readonly clock: Clock
  readonly send: Send
  /** No other process works on this store: a claim that is not ours is of one that has died. */
  readonly isAlone: boolean
  /** Between 0 and 1. */
  random(): number
  complain(thrown: unknown): void
}

interface Claimed {
  readonly lane: Lane
  readonly at: Queued
  readonly delivery: DeliveryRecord
  readonly target: TargetRecord
}

export class Handover {
  readonly #ports: HandoverPorts
  readonly #claimMs: number
  readonly #signal: AbortSignal
  readonly #name = randomUUID()

  /** @param signal breaks off what is tried when the house ends */
  constructor(ports: HandoverPorts, claimMs: number, signal: AbortSignal) {
    this.#ports = ports
    this.#claimMs = claimMs
    this.#signal = signal
  }

  /** Whether its time has come. What somebody claimed who has died is due at once. */
  isDue({ dueAt, claim }: Queued, now: number): boolean {
    const isLeft = this.#ports.isAlone && claim !== undefined && !claim.startsWith(this.#name)
    return isLeft || dueAt <= now
  }

  /** How the try ended; `undefined` if there was nothing to try any more. */
  async run(lane: Lane, queued: Queued): Promise<Verdict | undefined> {
    const { attempt } = this.#ports
    const claimed = await attempt((each) => this.#claim(each, lane, queued))
    if (!claimed) return undefined
    const verdict = await this.#send(claimed)
    await attempt((each) => this.#settle(each, claimed, verdict))
    return verdict
  }

  #claim(attempt: Attempt, lane: Lane, at: Queued): Claimed | undefined {
    const store = new DeliveryStore(attempt)
    const now = this.#ports.clock.now()
    const before = store.find(lane, at)
    if (!before || !this.isDue({ ...at, claim: before.claim }, now)) return undefined
    const rule = new EventReader(attempt).findRule(lane, lane.bus, lane.rule)
    const target = rule?.targets.find(({ id }) => id === lane.target)
    // There is nobody any more for whom it was.
    if (!target) {
      store.remove(lane, at)
      return undefined
    }
    const delivery = { ...before, tries: before.tries + 1, claim: `${this.#name} ${randomUUID()}` }
    const claimed = { dueAt: now + this.#claimMs, id: at.id }
    store.move(lane, at, claimed, delivery)
    return { lane, at: claimed, delivery, target }
  }

  async #send({ lane, delivery, target }: Claimed): Promise<Verdict> {
    const { event, takenAt } = delivery
    try {
      return await this.#ports.send(target, { event, lane, takenAt }, this.#signal)
    } catch (thrown) {
      // Ours and not the target's: tried again, and told to the operator.
      this.#ports.complain(thrown)
      return { kind: 'failed', code: 'INTERNAL_ERROR', words: 'The delivery failed here.' }
    }
  }

  async #settle(attempt: Attempt, claimed: Claimed, verdict: Verdict): Promise<void> {
    const { lane, at, delivery, target } = claimed
    const store = new DeliveryStore(attempt)
    const now = store.find(lane, at)
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
    if (this.#signal.aborted && verdict.kind === 'failed') return { dueAt: now, tries: tries - 1 }
    if (verdict.kind === 'arrived') return {}
    const { code, words } = verdict
    if (verdict.kind === 'refused') return { letter: { code, words } }
    const exhausted = exhaustedBy(target, delivery, now)
    if (exhausted) return { letter: { code, words, exhausted } }
    const afterMs = Math.max(verdict.afterMs ?? 0, backOffMs(tries, this.#ports.random()))
    return { dueAt: now + afterMs, tries }
  }
}
