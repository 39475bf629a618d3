/**
 * A line between two processes of one house, over the channel that the one was started with: nobody else
 * can open it. Questions and their answers, and things that are told; all that is said within one turn of
 * the event loop goes as one message.
 */

/** What a process, or a child of it, has for a channel. */
export interface Channel {
  send?(message: unknown): unknown
  on(event: 'message', take: (message: unknown) => void): unknown
}

/** What is done about what is asked or told, by its kind. */
export type Handlers = Readonly<Record<string, (value: never) => unknown>>

/** Makes a failure anew from its name: those that mean something to whoever asked. */
export type Failures = Readonly<Record<string, () => Error>>

type Word =
  | { readonly told: string; readonly value: unknown }
  | { readonly asked: string; readonly id: number; readonly value: unknown }
  | { readonly answers: number; readonly value: unknown }
  | { readonly answers: number; readonly failure: string }

interface Awaited {
  resolve(value: unknown): void
  reject(reason: Error): void
}

/** The other process is gone, or goes. */
export class LineCut extends Error {
  override name = 'LineCut'
  constructor() {
    super('the other process is gone')
  }
}

export class Line {
  readonly #channel: Channel
  readonly #handlers: ReadonlyMap<string, (value: never) => unknown>
  readonly #failures: ReadonlyMap<string, () => Error>
  readonly #awaited = new Map<number, Awaited>()
  #lastId = 0
  #words: Word[] = []
  #isCut = false

  constructor(channel: Channel, handlers: Handlers, failures: Failures = {}) {
    this.#channel = channel
    this.#handlers = new Map(Object.entries(handlers))
    this.#failures = new Map(Object.entries(failures))
    channel.on('message', (words) => {
      for (const word of words as readonly Word[]) this.#take(word)
    })
  }

  tell(told: string, value?: unknown): void {
    this.#say({ told, value })
  }

  /** Rejects by LineCut when the other process ends before it has answered. */
  ask<Answer>(asked: string, value?: unknown): Promise<Answer> {
    if (this.#isCut) return Promise.reject(new LineCut())
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#awaited.set(id, { resolve, reject })
    this.#say({ asked, id, value })
    return promise as Promise<Answer>
  }

  /** Nothing comes any more. */
  cut(): void {
    this.#isCut = true
    for (const { reject } of this.#awaited.values()) reject(new LineCut())
    this.#awaited.clear()
  }

  #say(word: Word): void {
    if (this.#isCut) return
    if (this.#words.length === 0) process.nextTick(() => this.#send())
    this.#words.push(word)
  }

  #send(): void {
    const words = this.#words
    this.#words = []
    try {
      if (!this.#isCut) this.#channel.send?.(words)
    } catch {
      // The channel closed meanwhile: whoever waits hears it when the process is seen to be gone.
    }
  }

  #take(word: Word): void {
    if ('answers' in word) this.#settle(word)
    else if ('told' in word) void this.#handle(word.told, word.value)
    else void this.#answer(word.asked, word.id, word.value)
  }

  #settle(word: Extract<Word, { answers: number }>): void {
    const awaited = this.#awaited.get(word.answers)
    this.#awaited.delete(word.answers)
    if ('failure' in word) {
      const make = this.#failures.get(word.failure)
      awaited?.reject(make ? make() : new Error(`the other process failed: ${word.failure}`))
    } else awaited?.resolve(word.value)
  }

  async #answer(asked: string, answers: number, value: unknown): Promise<void> {
    try {
      this.#say({ answers, value: await this.#handle(asked, value) })
    } catch (thrown) {
      // The name alone: what was meant for the operator was told to the operator.
      this.#say({ answers, failure: thrown instanceof Error ? thrown.name : 'Error' })
    }
  }

  #handle(kind: string, value: unknown): unknown {
    const handler = this.#handlers.get(kind)
    if (!handler) throw new Error(`nobody here answers ${kind}`)
    return handler(value as never)
  }
}
