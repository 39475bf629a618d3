/**
 * Which series have something new. A series is told of before the commit that brings it, so that each
 * stays for two looks: the second one sees what the first may have come too early for.
 */
export class Fresh {
  #told = new Set<string>()
  #before = new Set<string>()

  readonly note = (seriesId: string): void => {
    this.#told.add(seriesId)
  }

  /** Those that were told of since the look before the last one. */
  take(): ReadonlySet<string> {
    const taken = new Set([...this.#told, ...this.#before])
    this.#before = this.#told
    this.#told = new Set()
    return taken
  }
}
