/**
 * The journal's tail, as each node keeps an eye on it: when what it wrote itself has grown by a part of a
 * segment, it looks whether one is to be cut, and has a thread of its own try.
 */
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { startThread } from '../../lib/thread.ts'
import type { JournalKeys } from '../journal-keys.ts'
import type { Span } from '../segments.ts'
import { isDue } from './cut.ts'
import type { CutterData, CutterReply } from './cutter.ts'
import { Lost, Primary } from './primary.ts'
import { allSpans } from './shelf.ts'

export interface TailOptions {
  readonly primary: Primary
  readonly url: string
  readonly keys: JournalKeys
  readonly segmentBytes: number
  complain(words: string): void
}

/** A look for each so many parts of a segment that this node wrote. */
const looksPerSegment = 4
/** After a journal that is broken, or a database that refused. */
const retryMilliseconds = 60_000

export class Tail {
  readonly #options: TailOptions
  readonly #every: number
  /** The first look is at what was there before. */
  #unseenBytes: number
  #looking: Promise<void> | undefined
  #thread: Worker | undefined
  #isEnding = false
  #notBefore = 0

  constructor(options: TailOptions) {
    this.#options = options
    this.#every = options.segmentBytes / looksPerSegment
    this.#unseenBytes = this.#every
  }

  /** Tells of a batch that was written; looks, and cuts, when it is time. */
  grew(bytes: number): void {
    this.#unseenBytes += bytes
    const isEarly = this.#unseenBytes < this.#every || performance.now() < this.#notBefore
    if (isEarly || this.#looking || this.#isEnding) return
    this.#unseenBytes = 0
    this.#looking = this.#look()
      .catch((thrown) => this.#failed(String(thrown)))
      .finally(() => {
        this.#looking = undefined
      })
  }

  async #look(): Promise<void> {
    const { primary, url, keys, segmentBytes } = this.#options
    try {
      if (!(await primary.use((client) => isDue(client, segmentBytes))) || this.#isEnding) return
    } catch (thrown) {
      if (thrown instanceof Lost) return
      throw thrown
    }
    const task = { kind: 'cut', segmentBytes } as const
    const { failure } = await this.#run({ url, keys: { ...keys }, task })
    if (failure !== undefined) this.#failed(failure)
  }

  #failed(words: string): void {
    this.#notBefore = performance.now() + retryMilliseconds
    if (!this.#isEnding) this.#options.complain(words)
  }

  async #run(data: CutterData): Promise<CutterReply> {
    const thread = cutter(data)
    this.#thread = thread
    try {
      return await replyOf(thread)
    } finally {
      this.#thread = undefined
    }
  }

  /** Ends a cut that is under way: it will be made again. */
  async close(): Promise<void> {
    this.#isEnding = true
    await this.#thread?.terminate()
    await this.#looking
  }
}

/** The segments of a shared store, for who prunes them in a thread of its own. */
export const sharedShelf = (url: string, keys: JournalKeys) => ({
  async spans(): Promise<Span[]> {
    const primary = new Primary({ url, connectionsMax: 1 })
    try {
      return await primary.read(allSpans)
    } finally {
      await primary.close()
    }
  },
  async prune(last: number, now: number): Promise<void> {
    const task = { kind: 'prune', last, now } as const
    const { failure } = await replyOf(cutter({ url, keys: { ...keys }, task }))
    if (failure !== undefined) throw new Error(failure)
  },
})

const cutter = (workerData: CutterData): Worker => {
  return startThread('store/postgres/cutter', workerData)
}

/** One that was ended in the middle says nothing. Rejects with what it threw. */
async function replyOf(thread: Worker): Promise<CutterReply> {
  const gone = once(thread, 'exit')
  const said = once(thread, 'message').then(([reply]) => reply as CutterReply)
  const reply = await Promise.race([said, gone.then(() => ({}))])
  await gone
  return reply
}
