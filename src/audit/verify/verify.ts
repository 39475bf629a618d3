/**
 * Whether the audit is as it was written: the whole chain, its segments, its checkpoints, its anchor;
 * on request every record of the database as well. It only reads, and asks nobody: beside a house that
 * serves it sees one moment of it.
 */
import { sameBytes } from '../../lib/bytes.ts'
import { Anchor } from '../../store/anchor.ts'
import { type Checkpoint, Checkpoints, readCheckpoints } from '../../store/checkpoints.ts'
import type { JournalBatch } from '../../store/journal.ts'
import type { JournalKeys } from '../../store/journal-keys.ts'
import { Segments } from '../../store/segments.ts'
import { Evidence } from '../../store/sqlite/evidence.ts'
import type { Position } from '../../store/whole.ts'
import { type Finding, Findings } from './finding.ts'
import { Rows } from './rows.ts'
import { Walk, type Walked } from './walk.ts'

export interface VerifyOptions {
  readonly databasePath: string
  readonly anchorPath: string
  readonly journalPath: string
  readonly keys: JournalKeys
  /** Checkpoints that were kept elsewhere. */
  readonly kept?: readonly Checkpoint[]
  /** Hold every record against the journal, too. */
  readonly withRecords?: boolean
  progress?(done: number, of: number): void
}

export interface Verified extends Walked {
  readonly findings: readonly Finding[]
  /** There were more findings than are told. */
  readonly isCut: boolean
  readonly head: number
  readonly checkpoints: number
  /** Rows of the database that were compared. */
  readonly rows: number | undefined
}

export function verify(options: VerifyOptions): Verified {
  // Before the database is looked at: it is never behind its anchor.
  const anchored = new Anchor(options.anchorPath, options.keys).read()
  const evidence = new Evidence(options.databasePath)
  try {
    return verifyWith(options, evidence, anchored)
  } finally {
    evidence.close()
  }
}

function verifyWith(
  options: VerifyOptions,
  evidence: Evidence,
  anchored: Position | undefined,
): Verified {
  const { keys, journalPath, kept = [], withRecords = false, progress = () => {} } = options
  const findings = new Findings()
  const witnesses = new Witnesses(keys, [...readCheckpoints(journalPath), ...kept], findings)
  if (anchored) witnesses.add('the anchor', anchored)
  else findings.add({ what: 'there is no anchor that was written for it' })
  const rows = new Rows()
  const segments = new Segments(journalPath, keys)
  const walking = { segments, evidence, findings, progress }
  const walk = new Walk({
    ...walking,
    seePruned(last, writes) {
      if (withRecords) rows.see(last, writes)
    },
    see(seq, link, batch) {
      witnesses.see(seq, link)
      if (withRecords) rows.see(seq, batch.writes)
    },
  })
  const head = walk.run()
  witnesses.end(head.seq)
  const compared = withRecords ? rows.compare(evidence, findings, progress) : undefined
  if (rows.hasWrong) {
    const see = (seq: number, _link: Uint8Array, batch: JournalBatch) =>
      rows.recognise(seq, batch, findings)
    new Walk({ ...walking, findings: new Findings(), see }).again(head.seq)
    rows.tell(findings)
  }
  const { all, isCut } = findings
  const checkpoints = witnesses.count
  return { ...walk.done, findings: all, isCut, head: head.seq, checkpoints, rows: compared }
}

interface Witness {
  readonly who: string
  readonly seq: number
  readonly link: Uint8Array
}

/** Who knows from elsewhere where the journal stood: the anchor, and signed checkpoints. */
class Witnesses {
  readonly #findings: Findings
  readonly #bySeq = new Map<number, Witness[]>()
  #count = 0

  constructor(keys: JournalKeys, checkpoints: readonly Checkpoint[], findings: Findings) {
    this.#findings = findings
    const seals = new Checkpoints(keys)
    for (const checkpoint of checkpoints) {
      const { seq, link, at } = checkpoint
      const who = `the checkpoint of ${new Date(at).toISOString()}`
      if (seals.isGenuine(checkpoint)) this.add(who, { seq, link: Buffer.from(link, 'hex') })
      else findings.add({ first: seq, last: seq, what: `${who} was not signed for this store` })
    }
    this.#count = checkpoints.length
  }

  get count(): number {
    return this.#count
  }

  add(who: string, { seq, link }: Position): void {
    this.#bySeq.set(seq, [...(this.#bySeq.get(seq) ?? []), { who, seq, link }])
  }

  see(seq: number, link: Uint8Array): void {
    for (const witness of this.#bySeq.get(seq) ?? []) {
      if (sameBytes(witness.link, link)) continue
      const what = `it is not the batch that ${witness.who} knows`
      this.#findings.add({ first: seq, last: seq, what })
    }
  }

  /** Whoever knows of more than there is shows that the rest was cut off. */
  end(head: number): void {
    const latest = [...this.#bySeq.keys()].reduce((max, seq) => Math.max(max, seq), 0)
    const [witness] = this.#bySeq.get(latest) ?? []
    if (!witness || latest <= head) return
    const what = `cut off: ${witness.who} knows of them`
    this.#findings.add({ first: head + 1, last: latest, what })
  }
}
