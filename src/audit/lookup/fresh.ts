/**
 * What was indexed last and stands in no run yet: bounded, in memory, gone with the process. It is read
 * from the journal again.
 */
import {
  compareSpots,
  type Entries,
  entriesOf,
  newest,
  releaseEntries,
  sorted,
  spotAt,
} from './entries.ts'
import { type Bounds, foreverSeconds, type Spot } from './query.ts'

/** Each record as its place, its second, how many terms it has, and these. */
export type Postings = Float64Array

/** Entries that are looked through at a time; of each such stretch the latest second is known. */
const stretch = 4096

export class Fresh {
  #entries: Entries = entriesOf(stretch)
  #count = 0
  #recordsCount = 0
  /** The latest second in each stretch. */
  #latest: number[] = []

  get recordsCount(): number {
    return this.#recordsCount
  }

  add(postings: Postings): void {
    for (let at = 0; at < postings.length; ) {
      const end = at + 4 + (postings[at + 3] as number)
      const [seq, index, second] = postings.subarray(at, at + 3) as unknown as number[]
      this.#reserve(end - at)
      for (let term = at + 4; term < end; term++) {
        this.#put(postings[term] as number, second as number, seq as number, index as number)
      }
      this.#recordsCount++
      at = end
    }
  }

  #put(term: number, second: number, seq: number, index: number): void {
    const at = this.#count++
    const { terms, seconds, seqs, indexes } = this.#entries
    terms[at] = term
    seconds[at] = second
    seqs[at] = seq
    indexes[at] = index
    const part = Math.floor(at / stretch)
    this.#latest[part] = Math.max(this.#latest[part] ?? 0, second)
  }

  #reserve(more: number): void {
    const { terms, seconds, seqs, indexes } = this.#entries
    if (this.#count + more <= terms.length) return
    const grown = entriesOf(Math.max(2 * terms.length, this.#count + more))
    grown.terms.set(terms)
    grown.seconds.set(seconds)
    grown.seqs.set(seqs)
    grown.indexes.set(indexes)
    releaseEntries(this.#entries)
    this.#entries = grown
  }

  /** Places of a term's records, the newest first. Looks back no further than it must. */
  find(term: number, { from = 0, to = foreverSeconds, before, itemsMax }: Bounds): Spot[] {
    const top = before ?? { second: to + 1, seq: 0, index: 0 }
    let found: Spot[] = []
    for (let part = this.#latest.length - 1; part >= 0; part--) {
      const more: Spot[] = []
      for (let at = part * stretch; at < Math.min(this.#count, (part + 1) * stretch); at++) {
        if (this.#entries.terms[at] !== term) continue
        const spot = spotAt(this.#entries, at)
        if (spot.second >= from && compareSpots(spot, top) < 0) more.push(spot)
      }
      found = newest(found, more.reverse(), itemsMax)
      const last = found[itemsMax - 1]
      if (last && last.second > Math.max(0, ...this.#latest.slice(0, part))) break
    }
    return found
  }

  /** All of it in order, and nothing is left. */
  drain(): Entries {
    const entries = sorted(this.#entries, this.#count)
    releaseEntries(this.#entries)
    this.#entries = entriesOf(stretch)
    this.#count = 0
    this.#recordsCount = 0
    this.#latest = []
    return entries
  }
}
