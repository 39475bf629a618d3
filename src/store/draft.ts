/**
 * A segment in the making: batches in their order, gathered into blocks. Every link is made anew and
 * compared, so that nothing altered is ever sealed as if it were whole.
 */
import { sameBytes } from '../lib/bytes.ts'
import { Refusal } from '../lib/fault.ts'
import { Unopenable } from '../lib/sealer.ts'
import type { JournalRow } from './engine.ts'
import { glanceAtBatch, type Journal } from './journal.ts'
import { glimpse } from './packing.ts'
import {
  type OpenedRow,
  type Outline,
  printBatches,
  type SealedBlock,
  type SegmentSeals,
} from './segment.ts'

/** A batch of the journal that is not what was written, or that is missing. */
export class BrokenChain extends Refusal {
  override name = 'BrokenChain'
  readonly seq: number

  constructor(seq: number) {
    super(`the journal is broken at batch ${seq}: run strongroom audit verify`)
    this.seq = seq
  }
}

/** What is compressed together: enough to compress well, little enough to open for one batch. */
const blockBytesTarget = 64 << 10
const accountsMax = 1000
const accountMember = Buffer.from('"recipientAccountId":"')

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

interface Tally {
  from: number
  to: number
  records: number
}

const noTally = (): Tally => ({ from: Number.POSITIVE_INFINITY, to: 0, records: 0 })

export class Draft {
  readonly #journal: Journal
  readonly #seals: SegmentSeals
  readonly #before: Uint8Array
  readonly #blocks: SealedBlock[] = []
  readonly #accounts = new Set<string>()
  readonly #whole = noTally()
  #rows: OpenedRow[] = []
  #rowsBytes = 0
  #block = noTally()
  #blockBefore: Uint8Array
  #link: Uint8Array
  #first = 0
  #last: number

  /** @param after the number of the batch before the first, with its link */
  constructor(journal: Journal, seals: SegmentSeals, after: number, link: Uint8Array) {
    this.#journal = journal
    this.#seals = seals
    this.#before = link
    this.#blockBefore = link
    this.#link = link
    this.#last = after
  }

  /** Throws BrokenChain for a batch that is not the next one. */
  add(row: JournalRow): void {
    const body = this.#bodyOf(row)
    const { at, count } = glimpse(body, (text) => {
      this.#noteAccounts(text)
      return glanceAtBatch(text)
    })
    this.#first ||= row.seq
    this.#last = row.seq
    this.#link = row.link
    this.#rows.push({ row, body })
    this.#rowsBytes += body.length
    for (const tally of [this.#block, this.#whole]) {
      tally.from = Math.min(tally.from, at)
      tally.to = Math.max(tally.to, at)
      tally.records += count
    }
    if (this.#rowsBytes >= blockBytesTarget) this.#endBlock()
  }

  #bodyOf(row: JournalRow): Buffer {
    const { seq, batch, link } = row
    try {
      const isNext = seq === this.#last + 1
      if (isNext && sameBytes(this.#journal.link(seq, this.#link, batch), link)) {
        return this.#journal.body(row)
      }
    } catch (thrown) {
      if (!(thrown instanceof Unopenable)) throw thrown
    }
    throw new BrokenChain(this.#last + 1)
  }

  /** By a search: to open every record would cost more than all the rest. What it finds beyond does no harm. */
  #noteAccounts(text: Buffer): void {
    for (let at = text.indexOf(accountMember); at >= 0; at = text.indexOf(accountMember, at)) {
      at += accountMember.length
      if (this.#accounts.size <= accountsMax)
        this.#accounts.add(text.toString('latin1', at, at + 12))
    }
  }

  #endBlock(): void {
    const first = this.#rows[0]?.row.seq ?? 0
    const sealed = this.#seals.seal(first, printBatches(this.#rows))
    const before = hex(this.#blockBefore)
    this.#blocks.push({ block: { first, last: this.#last, before, ...this.#block }, sealed })
    this.#rows = []
    this.#rowsBytes = 0
    this.#block = noTally()
    this.#blockBefore = this.#link
  }

  /** The file, and what it says of itself. */
  finish(): { summary: Outline; file: Buffer } {
    if (this.#rows.length > 0) this.#endBlock()
    const summary = {
      first: this.#first,
      last: this.#last,
      before: hex(this.#before),
      link: hex(this.#link),
      ...this.#whole,
      ...(this.#accounts.size <= accountsMax && { accounts: [...this.#accounts] }),
    }
    return { summary, file: this.#seals.print(summary, this.#blocks) }
  }
}
