/**
 * What moving the journal into segments costs the commits: the same load with and without it, in
 * interleaved rounds. Time for a commit, its slowest hundredth, and processor time of all threads.
 * Run: node tools/bench/cut.ts [--rounds N] [--commits N]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { spansIn } from '../../src/store/segments.ts'
import { median } from './spread.ts'
import { throwawayEngine, throwawayKeys } from './throwaway.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    commits: { type: 'string', default: '4000' },
  },
})
const commitsCount = Number(values.commits)
const recordsPerCommit = 16

const keys = throwawayKeys()
const record = {
  recipientAccountId: '0',
  words: 'who did what to which '.repeat(38),
}
const nothing = { reads: [], changes: [], counts: [], stamps: [] }

async function round(segmentBytes: number) {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-cut-'))
  const engine = await throwawayEngine(folder, keys, segmentBytes)
  const times: number[] = []
  const cpu = process.cpuUsage()
  for (let n = 0; n < commitsCount; n++) {
    const start = performance.now()
    const batch = Array.from({ length: recordsPerCommit }, () => ({
      ...{ at: engine.head, ...nothing },
      records: [record],
    }))
    await engine.commit(batch)
    times.push((performance.now() - start) * 1000)
  }
  const { user, system } = process.cpuUsage(cpu)
  await engine.close()
  const segments = spansIn(join(folder, 'journal')).length
  rmSync(folder, { recursive: true, force: true })
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return { p50: at(0.5), p99: at(0.99), cpu: (user + system) / commitsCount, segments }
}

const sizes = { without: 2 ** 40, with: 16 << 20 }
const seen = { without: [], with: [] } as Record<
  keyof typeof sizes,
  Awaited<ReturnType<typeof round>>[]
>
for (let n = 0; n < Number(values.rounds); n++) {
  for (const kind of ['without', 'with'] as const) seen[kind].push(await round(sizes[kind]))
}
for (const measure of ['p50', 'p99', 'cpu'] as const) {
  const of = (kind: keyof typeof sizes) => median(seen[kind].map((each) => each[measure]))
  console.log(
    `${measure.padEnd(4)} ${of('without').toFixed(0)} µs without, ${of('with').toFixed(0)} µs with segments, x ${(of('with') / of('without')).toFixed(2)}`,
  )
}
console.log(
  `${seen.with[0]?.segments} segments cut in ${commitsCount} commits of ${recordsPerCommit} records`,
)
