/**
 * The lines of functions on their way into CloudWatch Logs: a bounded queue, written in commits of its
 * own, behind the answers and never in their way. What does not fit is dropped, and the operator is told.
 */
import type { LogStream, Logs } from './functions/function.ts'
import type { AccountId } from './lib/brand.ts'
import type { Clock } from './lib/clock.ts'
import { appendLines, type Measure } from './services/logs/index.ts'
import type { Store } from './store/store.ts'

type Batch = Parameters<Logs['append']>[1]

interface Parts {
  readonly store: Store
  readonly clock: Clock
  /** Adds what metric filters found to their metrics. */
  readonly measure: Measure
  complain(words: string): void
}

const bytesMax = 8 << 20

export class Lines implements Logs {
  readonly #parts: Parts
  #waitingBytes = 0
  #isTold = false
  #written: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  append(stream: LogStream, batch: Batch): void {
    const bytes = batch.reduce((sum, { message }) => sum + message.length, 0)
    if (this.#waitingBytes + bytes > bytesMax) {
      this.#tellOnce()
      return
    }
    this.#waitingBytes += bytes
    this.#written = this.#written
      .then(() => this.#write(stream, batch))
      .catch((thrown) => this.#parts.complain(String(thrown)))
      .finally(() => {
        this.#waitingBytes -= bytes
      })
  }

  /** Resolves when all that was taken is written. */
  async close(): Promise<void> {
    await this.#written
  }

  #write({ account, ...place }: LogStream, batch: Batch): Promise<void> {
    const { store, clock, measure } = this.#parts
    const stream = { ...place, account: account as AccountId }
    const lines = batch.toSorted((a, b) => a.at - b.at)
    return store.attempt((attempt) => appendLines(attempt, stream, lines, clock.now(), measure))
  }

  #tellOnce(): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#parts.complain('functions write more lines than the store takes: some are dropped')
  }
}
