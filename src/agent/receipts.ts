/**
 * Reads out of the cache, counted and reported to Strongroom's audit in batches: which version was handed
 * to whom, how often, from when to when. A batch is sent until it is taken, so that it may be
 * recorded twice and is never left out; AWS has no place for them.
 */
import { randomUUID } from 'node:crypto'
import { type Log, Refrain } from './log.ts'
import { Refused, type Upstream } from './upstream.ts'
import type { Value, Wanted } from './wanted.ts'

export interface ReceiptsNeeds {
  readonly upstream: Upstream
  readonly log: Log
  now(): number
  everyMs(): number
}

interface Tally {
  readonly kind: 'Secret' | 'Parameter'
  readonly id: string
  readonly version: string
  readonly application: string | undefined
  count: number
  readonly firstAt: number
  lastAt: number
}

interface Batch {
  readonly id: string
  readonly tallies: readonly Tally[]
}

const batchItemsMax = 100
/** With the batches that wait. What is beyond is told in the log and lost to the audit. */
const talliesMax = 10_000
const sendMsMax = 10_000
/** How long the end of the agent waits for its last batches. */
const lastMsMax = 2000

export class Receipts {
  readonly #needs: ReceiptsNeeds
  readonly #refrain = new Refrain()
  #tallies = new Map<string, Tally>()
  #batches: Batch[] = []
  #lost = 0
  #isUnwanted = false
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(needs: ReceiptsNeeds) {
    this.#needs = needs
    this.#schedule()
  }

  note({ kind }: Wanted, { arn, name, version }: Value, application: string | undefined): void {
    if (this.#isUnwanted || this.#needs.everyMs() === 0) return
    const now = this.#needs.now()
    const key = `${application ?? ''}\n${arn}\n${version}`
    const known = this.#tallies.get(key)
    if (known) {
      known.count++
      known.lastAt = now
      return
    }
    if (this.#tallies.size + this.#batches.length * batchItemsMax >= talliesMax) {
      this.#lost++
      return
    }
    const tally = { count: 1, firstAt: now, lastAt: now, version, application }
    const called = kind === 'secret' ? 'Secret' : 'Parameter'
    this.#tallies.set(key, { kind: called, id: arn || name, ...tally })
  }

  /** Sends what there is. */
  flush(signal: AbortSignal = AbortSignal.timeout(sendMsMax)): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send(signal))
    return this.#sending
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.flush(AbortSignal.timeout(lastMsMax))
  }

  #schedule(): void {
    const everyMs = this.#needs.everyMs() || 60_000
    this.#timer = setTimeout(() => {
      void this.flush().finally(() => this.#schedule())
    }, everyMs)
    this.#timer.unref()
  }

  #gather(): void {
    const tallies = [...this.#tallies.values()]
    this.#tallies = new Map()
    for (let at = 0; at < tallies.length; at += batchItemsMax) {
      this.#batches.push({ id: randomUUID(), tallies: tallies.slice(at, at + batchItemsMax) })
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    this.#gather()
    try {
      for (let [batch] = this.#batches; batch; [batch] = this.#batches) {
        await this.#put(batch, signal)
        this.#batches.shift()
      }
      if (this.#refrain.isNews(undefined)) this.#needs.log.info('reads are reported')
      this.#tellLost()
    } catch (error) {
      this.#fail(error)
    }
  }

  #put({ id, tallies }: Batch, signal: AbortSignal) {
    const Receipts = tallies.map((tally) => ({
      ...{ Kind: tally.kind, Id: tally.id, Version: tally.version, Count: tally.count },
      ...{ FirstReadDate: tally.firstAt / 1000, LastReadDate: tally.lastAt / 1000 },
      ...(tally.application !== undefined && { Application: tally.application }),
    }))
    const input = { BatchId: id, Receipts }
    return this.#needs.upstream.json('strongroom', 'Strongroom.PutReadReceipts', input, signal)
  }

  #fail(error: unknown): void {
    const { log } = this.#needs
    const isUnknown = error instanceof Refused && notOffered.has(error.code)
    const words = error instanceof Refused ? error.code || String(error.status) : 'nobody answers'
    if (isUnknown) {
      this.#isUnwanted = true
      this.#batches = []
    }
    const then = isUnknown ? 'they are not recorded there' : 'they wait'
    if (this.#refrain.isNews(words)) log.warn(`reads are not reported (${words}): ${then}`)
  }

  #tellLost(): void {
    if (this.#lost > 0) this.#needs.log.warn(`${this.#lost} reads were not reported: too many`)
    this.#lost = 0
  }
}

/** The service behind the agent is not Strongroom. */
const notOffered: ReadonlySet<string> = new Set([
  'UnknownOperationException',
  'NotImplementedException',
  'NotImplemented',
  'InvalidAction',
])
