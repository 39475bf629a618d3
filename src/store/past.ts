/** The part of the journal that left the database, as a whole store takes it along. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrokenChain } from './draft.ts'
import type { Segments, Span } from './segments.ts'
import type { Part } from './whole.ts'

const rowsPerPart = 1024

/** Segments up to a batch, from one look at their folder. */
export class Past {
  readonly #segments: Segments
  readonly #spans: readonly Span[]
  readonly #end: number

  /** @param end the last batch that is in segments alone */
  constructor(segments: Segments, end: number) {
    this.#segments = segments
    this.#spans = segments.list().filter(({ first }) => first <= end)
    this.#end = end
  }

  get counts(): { readonly pruned: number; readonly journal: number } {
    const pruned = this.#spans.filter(({ isPruned }) => isPruned).length
    const kept = this.#spans.filter(({ isPruned }) => !isPruned)
    const journal = kept.reduce((sum, span) => sum + this.#lastOf(span) - span.first + 1, 0)
    return { pruned, journal }
  }

  *parts(): Generator<Part> {
    for (const span of this.#spans) {
      if (span.isPruned) yield this.#pruned(span)
      else yield* this.#rows(span)
    }
  }

  #lastOf({ last }: Span): number {
    return Math.min(last, this.#end)
  }

  #pruned(span: Span): Part {
    const link = Buffer.from(this.#segments.summary(span).link, 'hex')
    const file = readFileSync(join(this.#segments.path, span.name))
    return { kind: 'pruned', rows: [{ seq: span.last, link, name: span.name, file }] }
  }

  *#rows(span: Span): Generator<Part> {
    const last = this.#lastOf(span)
    for (let after = span.first - 1; after < last; ) {
      const rows = this.#segments.read(after, last, { itemsMax: rowsPerPart })
      const end = rows.at(-1)?.seq
      if (end === undefined) throw new BrokenChain(after + 1)
      yield { kind: 'journal', rows }
      after = end
    }
  }
}
