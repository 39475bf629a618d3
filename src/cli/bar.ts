/** A progress bar on standard error, where that is a terminal; elsewhere nothing. */
const width = 30
const everyMilliseconds = 100

export class Bar {
  readonly #what: string
  #drawnAt = 0

  constructor(what: string) {
    this.#what = what
  }

  readonly at = (done: number, of: number): void => {
    const now = Date.now()
    if (!process.stderr.isTTY || now - this.#drawnAt < everyMilliseconds) return
    this.#drawnAt = now
    const share = of === 0 ? 1 : Math.min(1, done / of)
    const full = '#'.repeat(Math.round(share * width)).padEnd(width, '.')
    process.stderr.write(`\r${this.#what} [${full}] ${Math.floor(share * 100)}%`)
  }

  readonly end = (): void => {
    if (this.#drawnAt > 0) process.stderr.write('\r\u001b[K')
  }
}
