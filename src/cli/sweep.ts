/** Bytes that come in pieces, searched as if they came as one: each place is told once, with its line. */
import type { Fingerprints, Match } from './fingerprints.ts'

export interface Sighting {
  readonly what: string
  readonly form: Match['form']
  /** From 1. */
  readonly line: number
}

const newline = 10

export class Sweep {
  readonly #prints: Fingerprints
  readonly #seen = new Set<string>()
  #rest: Buffer = Buffer.alloc(0)
  /** Lines that end before the rest. */
  #lines = 0

  constructor(prints: Fingerprints) {
    this.#prints = prints
  }

  /** What is found now that these bytes have come. One value on one line is one sighting. */
  feed(piece: Uint8Array): Sighting[] {
    const bytes = Buffer.concat([this.#rest, piece])
    const matches = this.#prints.search(bytes).sort((a, b) => a.start - b.start)
    const found: Sighting[] = []
    let [line, at] = [this.#lines + 1, 0]
    for (const { what, form, start } of matches) {
      line += newlinesIn(bytes, at, start)
      at = start
      const key = JSON.stringify([what, line])
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      found.push({ what, form, line })
    }
    const kept = Math.min(bytes.length, this.#prints.longestBytes - 1)
    this.#lines += newlinesIn(bytes, 0, bytes.length - kept)
    this.#rest = Buffer.from(bytes.subarray(bytes.length - kept))
    return found
  }
}

function newlinesIn(bytes: Buffer, start: number, end: number): number {
  let count = 0
  for (let at = bytes.indexOf(newline, start); at >= 0 && at < end; ) {
    count++
    at = bytes.indexOf(newline, at + 1)
  }
  return count
}
