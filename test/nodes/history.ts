/** What clients of the nodes asked and heard, call by call, and what the audit says of it. */
import { performance } from 'node:perf_hooks'
import type { RawAnswer } from '../raw.ts'
import type { Call, Deed } from './linearizable.ts'

/** A call on one of the objects that are held to be registers. */
export interface Heard extends Call {
  /** Told to the server as the user agent: by it the audit's record is found of a call without answer. */
  readonly id: string
  readonly object: string
  readonly node: number
  /** Present where there was an answer. */
  readonly requestId?: string
}

/** What an answer says that was done; `undefined`: it did nothing, and says nothing. */
export type Reading = (answer: RawAnswer) => Deed | undefined

export interface Asking {
  readonly object: string
  readonly node: number
  /** What it will have done, if it was done and nobody heard of it. */
  readonly deed: Deed
  readonly read: Reading
  send(id: string): Promise<RawAnswer>
}

export class History {
  readonly calls: Heard[] = []
  /** Answers that no client of a truthful house gets, however it fails. */
  readonly surprises: string[] = []
  readonly #prefix: string
  #count = 0

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** Sends one call and writes it down; the answer, if one came. */
  async record({ object, node, deed, read, send }: Asking): Promise<RawAnswer | undefined> {
    const id = `${this.#prefix}/${this.#count++}`
    const startAt = performance.now()
    const asked = { id, object, node, startAt }
    let answer: RawAnswer | undefined
    try {
      answer = await send(id)
    } catch {
      // Cut off, refused or too slow: nobody knows.
    }
    if (!answer || answer.status === 503) {
      this.calls.push({ ...asked, deed, endAt: Infinity })
      return undefined
    }
    const { requestId } = answer
    try {
      const done = read(answer)
      if (done) this.calls.push({ ...asked, deed: done, endAt: performance.now(), requestId })
    } catch (thrown) {
      this.surprises.push(
        `${id} of ${object}: ${thrown instanceof Error ? thrown.message : thrown}`,
      )
    }
    return answer
  }
}

/** The calls on each object. */
export const byObject = (calls: readonly Heard[]): Map<string, Heard[]> =>
  Map.groupBy(calls, ({ object }) => object)

/** What the audit says of one request. */
export interface Recorded {
  readonly requestId: string
  readonly isFault: boolean
}

/**
 * A call of unknown outcome is in the audit, or it did not happen: the audit has the last word, and a
 * read that saw what is not in it is a lie.
 */
export const settled = (calls: readonly Heard[], records: ReadonlyMap<string, Recorded>): Heard[] =>
  calls.filter(({ id, endAt }) => endAt !== Infinity || records.get(id)?.isFault === false)

/** Answered calls of which the audit has no record. */
export const unrecorded = (
  calls: readonly Heard[],
  records: ReadonlyMap<string, Recorded>,
): Heard[] =>
  calls.filter(
    ({ id, requestId }) => requestId !== undefined && records.get(id)?.requestId !== requestId,
  )
