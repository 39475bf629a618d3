/**
 * Runs what is queued. Each try is claimed in the store first, by making it due again only when the try
 * must be over: whoever dies with a claim leaves the invocation to the next who looks, and one that is
 * settled by somebody else meanwhile is not settled twice. So each is tried at least once, seldom twice.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
 */
import { randomUUID } from 'node:crypto'
import { minuteMs, secondMs } from '../../lib/clock.ts'
import type { Desk } from '../operation.ts'
import { deployedOf } from './deployed.ts'
import { settingsOf } from './function.ts'
import { arnOf, latest } from './name.ts'
import { isTooOld } from './queue.ts'
import type { FunctionRecord, QueuedRecord } from './records.ts'
import type { Deployed, NotRun, Outcome } from './service.ts'
import { type End, type Lent, settle } from './settlement.ts'
import { FunctionReader, FunctionStore } from './store.ts'

type Attempt = Desk['attempt']

export interface DeliveryLimits {
  /** How many are tried at once. */
  readonly triesMax: number
  readonly lookMilliseconds: number
}

const limitsDefault: DeliveryLimits = { triesMax: 16, lookMilliseconds: secondMs }

/** Longer than whoever runs functions lets one wait for its turn. */
const graceMs = 2 * minuteMs

interface Claimed {
  readonly id: string
  readonly queued: QueuedRecord
  readonly record: FunctionRecord
  readonly deployed: Deployed
}

export class Delivery {
  readonly #lent: Lent
  readonly #limits: DeliveryLimits
  readonly #tries = new Map<string, Promise<void>>()
  #looking: Promise<void> | undefined
  #isAsked = false
  #isClosed = false
  readonly #timer: NodeJS.Timeout

  constructor(lent: Lent, limits: Partial<DeliveryLimits> = {}) {
    this.#lent = lent
    this.#limits = { ...limitsDefault, ...limits }
    this.#timer = setInterval(() => this.wake(), this.#limits.lookMilliseconds).unref()
  }

  /** Looks soon, once more if it looks now. */
  wake(): void {
    if (this.#isClosed) return
    this.#isAsked = true
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
  }

  /** Takes no more; resolves when what is tried has been given back or settled. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#looking
    await Promise.all(this.#tries.values())
  }

  async #look(): Promise<void> {
    const { see, clock, complain } = this.#lent
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false
      try {
        const room = this.#limits.triesMax - this.#tries.size
        if (room <= 0) return
        const due = await see((look) =>
          new FunctionReader(look).firstDue(this.#limits.triesMax * 2),
        )
        const now = clock.now()
        const ready = due.filter(({ id, dueAt }) => dueAt <= now && !this.#tries.has(id))
        for (const { id } of ready.slice(0, room)) this.#start(id)
      } catch (thrown) {
        complain(thrown)
      }
    }
  }

  #start(id: string): void {
    const trying = this.#try(id)
      .catch((thrown) => this.#lent.complain(thrown))
      .finally(() => {
        this.#tries.delete(id)
        this.wake()
      })
    this.#tries.set(id, trying)
  }

  async #try(id: string): Promise<void> {
    const claimed = await this.#lent.attempt((attempt) => this.#claim(attempt, id))
    if (!claimed) return
    const outcome = await this.#run(claimed)
    // Cut short by our own end: that is no failure of the function's.
    const end: End = this.#isClosed && !isDone(outcome) ? { kind: 'cut' } : endOf(outcome)
    await this.#lent.attempt((attempt) => this.#settle(attempt, claimed, end, outcome))
  }

  async #claim(attempt: Attempt, id: string): Promise<Claimed | undefined> {
    const functions = new FunctionStore(attempt)
    const now = this.#lent.clock.now()
    const before = functions.findQueued(id)
    if (!before || before.dueAt > now) return undefined
    const { shelf, name, qualifier } = before
    const record = functions.find(shelf, name)
    const settings = record && settingsOf(functions, shelf, record, qualifier)
    // Its function is gone: there is nobody whom it was for.
    if (!record || record.id !== before.functionId || !settings) {
      functions.dequeue(id, before)
      return undefined
    }
    if (isTooOld(record, before, now)) {
      const work = { id, queued: before, record, version: settings.version }
      await settle(this.#lent, attempt, work, { kind: 'fate', fate: 'EventAgeExceeded' })
      return undefined
    }
    const dueAt = now + settings.timeoutSeconds * secondMs + graceMs
    const queued = { ...before, dueAt, claim: randomUUID() }
    functions.requeue(id, before, queued)
    return { id, queued, record, deployed: deployedOf(this.#lent.see, shelf, record, settings) }
  }

  async #run({ queued, deployed }: Claimed): Promise<Outcome | NotRun> {
    const { shelf, name, qualifier, requestId, clientContext } = queued
    try {
      return await this.#lent.runners.invoke(deployed, {
        requestId,
        invokedArn: arnOf(shelf, name, qualifier ?? latest),
        payload: Buffer.from(queued.payload, 'base64'),
        ...(clientContext !== undefined && { clientContext }),
        wantsTail: false,
      })
    } catch (thrown) {
      // Ours and not the function's: as if there had been no room.
      this.#lent.complain(thrown)
      return { notRun: 'busy', words: '' }
    }
  }

  async #settle(attempt: Attempt, claimed: Claimed, end: End, outcome: Outcome | NotRun) {
    const { id, queued, deployed } = claimed
    const functions = new FunctionStore(attempt)
    const now = functions.findQueued(id)
    if (now?.claim !== queued.claim) return
    const record = functions.find(queued.shelf, queued.name)
    if (record?.id !== queued.functionId) {
      functions.dequeue(id, queued)
      return
    }
    const answer = 'payload' in outcome ? outcome : undefined
    await settle(
      this.#lent,
      attempt,
      { id, queued, record, version: deployed.version },
      end,
      answer,
    )
  }
}

const isDone = (outcome: Outcome | NotRun): boolean =>
  'payload' in outcome && outcome.error === undefined

function endOf(outcome: Outcome | NotRun): End {
  if (isDone(outcome)) return { kind: 'done' }
  return { kind: 'notRun' in outcome && outcome.notRun === 'busy' ? 'busy' : 'failed' }
}
