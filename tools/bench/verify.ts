/**
 * How long verification takes: a journal of 1,000,000 records (--batch records in each batch; 1 is what a
 * single slow client makes, and the dearest), in segments, with digests of the rows. Segments are written
 * directly, so that only verification is measured.
 * Run: node tools/bench/verify.ts [--records N] [--batch N]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { verify } from '../../src/audit/verify/verify.ts'
import { Anchor } from '../../src/store/anchor.ts'
import { Draft } from '../../src/store/draft.ts'
import { firstLink, Journal, joinRecords } from '../../src/store/journal.ts'
import { Segments } from '../../src/store/segments.ts'
import { fillWhole } from '../../src/store/sqlite/whole.ts'
import { recordOf } from './records.ts'
import { throwawayKeys } from './throwaway.ts'

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    batch: { type: 'string', default: '1' },
  },
})
const recordsCount = Number(values.records)
const perBatch = Number(values.batch)
const rowsCount = 50_000
const segmentBytes = 16 << 20

const keys = throwawayKeys()
const at = Date.parse('2026-01-01')

const key = (n: number) => `things\u001f000000000000\u001fus-east-1\u001f${n}`
const row = (n: number) => Buffer.from(`row ${n}`.padEnd(600, '.'))

function fill(folder: string): void {
  const segments = new Segments(join(folder, 'journal'), keys)
  const journal = new Journal(keys)
  let [seq, link, bytes] = [0, firstLink, 0]
  let draft = new Draft(segments.journal, segments.seals, seq, link)
  const end = () => {
    const { summary, file } = draft.finish()
    segments.write(summary, file)
    draft = new Draft(segments.journal, segments.seals, seq, link)
    bytes = 0
  }
  for (let n = 0; n < recordsCount; n += perBatch) {
    const records = Array.from({ length: perBatch }, (_, index) =>
      recordOf(n + index, at + n + index),
    )
    seq++
    const changes = seq <= rowsCount ? [{ key: key(seq), row: row(seq) }] : []
    const made = journal.write(seq, link, at + n, joinRecords(records), changes)
    link = made.link
    draft.add(made)
    bytes += made.batch.length
    if (bytes >= segmentBytes) end()
  }
  if (bytes > 0) end()
  const filling = fillWhole(join(folder, 'store.db'), '{}', { seq, link })
  const rows = Array.from({ length: Math.min(rowsCount, seq) }, (_, n) => ({
    key: key(n + 1),
    row: row(n + 1),
  }))
  filling.put({ kind: 'records', rows })
  filling.end()
  new Anchor(join(folder, 'anchor'), keys).write({ seq, link })
}

const folder = mkdtempSync(join(tmpdir(), 'strongroom-verify-'))
try {
  fill(folder)
  for (const withRecords of [false, true]) {
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    const verified = verify({
      databasePath: join(folder, 'store.db'),
      anchorPath: join(folder, 'anchor'),
      journalPath: join(folder, 'journal'),
      keys,
      withRecords,
    })
    const seconds = (performance.now() - start) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const { records, batches, segments, findings, rows } = verified
    console.log(
      `verify${withRecords ? ' --records' : ''}: ${records} records, ${batches} batches, ${segments} segments${rows ? `, ${rows} rows` : ''} in ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor), ${findings.length} findings, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
