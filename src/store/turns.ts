/** One at a time for each key: those who lost too often wait here instead of losing again. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Waits for the key's turn; the turn ends when the returned function is called. */
  async take(key: string): Promise<() => void> {
    const before = this.#last.get(key)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last.set(key, promise)
    await before
    return () => {
      if (this.#last.get(key) === promise) this.#last.delete(key)
      resolve()
    }
  }
}
