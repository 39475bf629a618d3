/**
 * What a call does outside once its attempt has committed: a function is run, and what it gives is the
 * answer. The decision and its record stand by then. A sequel that fails is recorded behind them, under
 * the same request.
 */
import { randomUUID } from 'node:crypto'
import { minuteMs } from '../lib/clock.ts'
import type { Fault } from '../lib/fault.ts'
import type { Sequel } from '../services/operation.ts'

/** The longest that AWS lets a function run, and a minute for its start and end. */
const millisecondsMax = 16 * minuteMs

/** Who can tell the audit of a call how it ended. */
export interface Recorder {
  record(eventId: string, outcome: Fault): object
}

/** The place for the one sequel that an attempt may leave. */
export class Pending {
  #run: Sequel | undefined
  #decided: Recorder | undefined

  get isAsked(): boolean {
    return this.#run !== undefined
  }

  ask(run: Sequel): void {
    if (this.#run) throw new Error('a second sequel to one call')
    this.#run = run
  }

  /** @param decided makes the record of a fault that the sequel ends in */
  decide(decided: Recorder): void {
    this.#decided = decided
  }

  recordOf(fault: Fault): object {
    if (!this.#decided) throw new Error('a sequel of a call that was not recorded')
    return this.#decided.record(randomUUID(), fault)
  }

  /** Bounded: whoever waits gets an answer, and the process its memory back. */
  async run(): Promise<object> {
    if (!this.#run) throw new Error('there is no sequel')
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error('a sequel without end')), millisecondsMax)
    try {
      return await Promise.race([this.#run(), late])
    } finally {
      clearTimeout(timer)
    }
  }
}
