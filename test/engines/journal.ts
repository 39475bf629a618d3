/** Batches that are numbered by what they hold, and a walk over all of them, for the journal's suites. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine, Proposal } from '../../src/store/engine.ts'
import { firstLink, Journal } from '../../src/store/journal.ts'
import type { Bench } from './sqlite.ts'

export const words = 'the same words again and again '.repeat(100)

/** The nth batch, or one beside it; some change a record, too. */
export const proposal = (at: number, n: number): Proposal => ({
  at,
  reads: [],
  changes: n % 10 === 0 ? [{ key: `k${n % 70}`, row: Buffer.from(`row ${n}`) }] : [],
  counts: [],
  stamps: [],
  records: [{ n, words, recipientAccountId: `00000000000${n % 3}` }],
})

export async function write(engine: Engine, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await engine.commit([proposal(engine.head, engine.head)])
    // The cutter is a thread of its own: it is given its turns.
    if (n % 10 === 0) await sleep(1)
  }
}

/** Sees each batch from the first to the head: it holds its number, and is linked to the one before. */
export async function walk(
  engine: Engine,
  { keys }: Pick<Bench, 'keys'>,
  itemsMax = 64,
): Promise<void> {
  const journal = new Journal(keys)
  let link = firstLink
  for (let seq = 0; seq < engine.head; ) {
    const rows = await engine.journal(seq, engine.head, { itemsMax })
    assert.ok(rows.length > 0 && rows.length <= itemsMax)
    for (const row of rows) {
      assert.equal(row.seq, ++seq)
      link = journal.link(row.seq, link, row.batch)
      assert.deepEqual(Buffer.from(row.link), link)
      assert.equal((journal.open(row).records[0] as { n: number }).n, seq - 1)
    }
  }
}
