/**
 * The rows of the database held against the digests that the journal keeps of each row that was
 * written: an older row, an altered one, one that is missing, one that nobody wrote.
 */
import { headerKey } from '../../store/engine.ts'
import { digestOf, type JournalBatch } from '../../store/journal.ts'
import type { Evidence } from '../../store/sqlite/evidence.ts'
import type { Findings } from './finding.ts'

interface Written {
  readonly seq: number
  readonly digest: string
}

/** A row that is not what was written last. */
interface Wrong {
  readonly key: string
  readonly digest: string
  readonly last: Written
}

export class Rows {
  readonly #written = new Map<string, Written>()
  readonly #wrong = new Map<string, Wrong>()

  /** Takes down what a batch wrote. */
  see(seq: number, writes: JournalBatch['writes']): void {
    for (const [key, digest] of writes) {
      if (digest === '') this.#written.delete(key)
      else this.#written.set(key, { seq, digest })
    }
  }

  /** Holds every row against what was seen; gives how many there were. */
  compare(
    evidence: Evidence,
    findings: Findings,
    progress: (done: number, of: number) => void,
  ): number {
    const count = evidence.rowsCount()
    let done = 0
    this.#compare(headerKey, Buffer.from(evidence.header()), findings, true)
    for (const { key, row } of evidence.rows()) {
      this.#compare(key, row, findings, false)
      if (++done % 1000 === 0) progress(done, count)
    }
    for (const [key, { seq }] of this.#written) {
      findings.add({
        first: seq,
        last: seq,
        what: `a record that it wrote is missing: ${shown(key)}`,
      })
    }
    return done
  }

  #compare(key: string, row: Uint8Array, findings: Findings, isOptional: boolean): void {
    const last = this.#written.get(key)
    this.#written.delete(key)
    const digest = digestOf(row)
    if (last?.digest === digest || (!last && isOptional)) return
    if (last) this.#wrong.set(key, { key, digest, last })
    else findings.add({ what: `a record that nobody wrote: ${shown(key)}` })
  }

  /** True if a second walk can tell of wrong rows whether they are older ones. */
  get hasWrong(): boolean {
    return this.#wrong.size > 0
  }

  /** On the second walk: a wrong row that this batch wrote is an old one. */
  recognise(seq: number, { at, writes }: JournalBatch, findings: Findings): void {
    for (const [key, digest] of writes) {
      const wrong = this.#wrong.get(key)
      if (wrong?.digest !== digest) continue
      this.#wrong.delete(key)
      const since = `rolled back to batch ${seq}, ${new Date(at).toISOString()}`
      findings.add({ ...placeOf(wrong), what: `a record was ${since}: ${shown(key)}` })
    }
  }

  /** What was not recognised was altered. */
  tell(findings: Findings): void {
    for (const wrong of this.#wrong.values()) {
      findings.add({
        ...placeOf(wrong),
        what: `a record that it wrote was altered: ${shown(wrong.key)}`,
      })
    }
  }
}

const placeOf = ({ last }: Wrong) => ({ first: last.seq, last: last.seq })

/** A key as people read it. */
const shown = (key: string): string => key.replaceAll('\u001f', ' / ').replace(/\p{Cc}/gu, '?')
