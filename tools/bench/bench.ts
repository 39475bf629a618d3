/**
 * The benchmark: everything is measured beside something else in the same run, by rounds in turns; medians
 * and spreads are told, ratios are what is compared. See docs/speed.md.
 *
 * Run: npm run bench -- [--quick] [--only read,tls] [--rounds N] [--seconds N] [--save FILE]
 * [--compare FILE [--fail]] [--peer URL]... [--table], or npm run bench -- --soak 10m
 */
import { parseArgs } from 'node:util'
import { Common } from './common.ts'
import { compare, type Move } from './compare.ts'
import { type Measure, type Size, Skipped } from './measure.ts'
import { measures } from './measures/index.ts'
import { goalOf, keep, machine, print, type Result, type Run, recall, shown } from './result.ts'
import { soak } from './soak.ts'
import { Stage } from './stage.ts'
import { putTable } from './table.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    save: { type: 'string' },
    compare: { type: 'string' },
    fail: { type: 'boolean', default: false },
    peer: { type: 'string', multiple: true, default: [] },
    table: { type: 'boolean', default: false },
    soak: { type: 'string' },
  },
})

const sizes: Readonly<Record<'quick' | 'full', Size>> = {
  quick: {
    ...{ rounds: 3, seconds: 0.3, warmUpSeconds: 3, records: 10_000, peers: values.peer },
    secrets: [100, 2000],
  },
  full: {
    ...{ rounds: 5, seconds: 2, warmUpSeconds: 30, records: 1_000_000, peers: values.peer },
    secrets: [100, 10_000, 1_000_000],
  },
}

const tell = (line: string): void => void process.stdout.write(`${line}\n`)

/** Names for several. */
const parts: Readonly<Record<string, readonly string[]>> = {
  growth: ['policies', 'records', 'secrets'],
}

function chosen(): readonly Measure[] {
  const names = values.only?.split(',').flatMap((name) => parts[name] ?? [name])
  const unknown = names?.filter((name) => !measures.some((measure) => measure.name === name)) ?? []
  if (unknown.length > 0) {
    throw new Error(`--only ${unknown.join()}: there is ${measures.map((m) => m.name).join(', ')}`)
  }
  return measures.filter(({ name, isLong }) => names?.includes(name) ?? !(values.quick && isLong))
}

async function run(
  { name: measure, about, run: go }: Measure,
  size: Size,
  common: Common,
): Promise<Result> {
  const startedAt = performance.now()
  await using stage = new Stage()
  try {
    const figures = await go(stage, size, common)
    const seconds = (performance.now() - startedAt) / 1000
    tell(`\n${measure}: ${about} (${seconds.toFixed(0)} s)`)
    for (const figure of figures) {
      const { middle, around } = shown(figure)
      const words = [figure.name.padEnd(36), middle.padStart(14), around.padEnd(12), goalOf(figure)]
      tell(`  ${words.join(' ').trimEnd()}`)
    }
    return { measure, about, figures }
  } catch (thrown) {
    if (!(thrown instanceof Skipped)) throw thrown
    tell(`\n${measure}: ${about}\n  skipped: ${thrown.message}`)
    return { measure, about, figures: [], skipped: thrown.message }
  }
}

function tellMoves(moves: readonly Move[], path: string): void {
  tell(`\nagainst ${path}: ${moves.length} ratios, moved beyond noise:`)
  const moved = moves.filter(({ verdict }) => verdict !== 'same')
  for (const { name, before, now, noise, verdict } of moved) {
    tell(
      `  ${verdict.padEnd(6)} ${name}: ${print(before)} -> ${print(now)} (noise ${print(noise)})`,
    )
  }
  if (moved.length === 0) tell('  none')
}

async function runAll(): Promise<void> {
  const baseline = values.compare === undefined ? undefined : recall(values.compare)
  const usual = sizes[values.quick ? 'quick' : 'full']
  const rounds = Number(values.rounds ?? usual.rounds)
  const size = { ...usual, rounds, seconds: Number(values.seconds ?? usual.seconds) }
  const startedAt = performance.now()
  tell(machine())
  await using stage = new Stage()
  const common = new Common(stage, size.warmUpSeconds)
  const results: Result[] = []
  for (const measure of chosen()) results.push(await run(measure, size, common))
  const words = [values.quick && '--quick', values.only && `--only ${values.only}`]
  const seen: Run = { machine: machine(), words: words.filter(Boolean).join(' '), results }
  const seconds = (performance.now() - startedAt) / 1000
  tell(`\nin ${seconds.toFixed(0)} s, medians of ${rounds} rounds`)
  if (values.save !== undefined) keep(values.save, seen)
  if (values.table) putTable('docs/speed.md', seen)
  if (!baseline || values.compare === undefined) return
  const moves = compare(baseline, seen)
  tellMoves(moves, values.compare)
  if (values.fail && moves.some(({ verdict }) => verdict === 'worse')) process.exitCode = 1
}

const minuteSeconds = 60

/** Windows of a minute, the first two to warm up; shorter ones where there is less time than six minutes. */
async function runSoak(text: string): Promise<void> {
  const [, amount, unit] = /^(\d+)(s|m)$/.exec(text) ?? []
  if (amount === undefined) throw new Error(`--soak ${text}: say how long, as in 90s or 10m`)
  const seconds = Number(amount) * (unit === 'm' ? minuteSeconds : 1)
  const windowSeconds = Math.min(minuteSeconds, seconds / 6)
  await using stage = new Stage()
  tell(machine())
  const { rotations, findings } = await soak(stage, {
    ...{ windows: Math.round(seconds / windowSeconds), windowSeconds, warmUpWindows: 2 },
    ...{ secrets: 1000, rotating: 5, connections: 64, seed: Date.now(), tell },
  })
  tell(`${rotations} rotations were asked for`)
  for (const finding of findings) tell(finding)
  if (findings.some((finding) => finding.startsWith('FAILS'))) process.exitCode = 1
}

await (values.soak === undefined ? runAll() : runSoak(values.soak))
