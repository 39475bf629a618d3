/**
 * Disasters, played through, and their figures written into docs/reliability.md.
 * Run: node tools/reliability.ts [quick|full]; full takes the better part of an hour on two cores.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { canTrace, openImages, recordCommits } from '../test/durability/crashes.ts'
import { flipBytes } from '../test/durability/flips.ts'
import { furnish, type Outcome, playRound, roundsOf } from '../test/durability/swaps.ts'

interface Size {
  readonly images: number
  readonly commits: number
  readonly rounds: number
  readonly flips: number
  readonly secrets: number
}

const sizes: Readonly<Record<string, Size>> = {
  quick: { images: 300, commits: 60, rounds: 2, flips: 60, secrets: 5000 },
  full: { images: 5000, commits: 160, rounds: 19, flips: 2000, secrets: 100_000 },
}

type Line = readonly [what: string, tried: string, wrong: string]

async function powerCuts({ images, commits }: Size): Promise<Line> {
  const recording = await recordCommits(commits)
  try {
    const found = await openImages(recording, images)
    const kinds = Object.entries(found.kinds).map(([kind, count]) => `${count} ${kind}`)
    return [
      'power cut: unsynced writes dropped, kept or torn at 512 bytes, at instants spread over all writes to database, log and anchor',
      `${found.images} images (${kinds.join(', ')}) of ${found.commits} acknowledged commits`,
      `${found.lost.length} lose an acknowledged record or audit record, or open with a broken chain`,
    ]
  } finally {
    rmSync(recording.folder, { recursive: true, force: true })
  }
}

const secretsCount = 20

async function swaps({ rounds }: Size, folder: string, dataPath: string): Promise<Line> {
  const outcome: Outcome = { swaps: 0, reads: 0, refused: 0, wrong: [] }
  for (const target of ['secrets', 'versions'] as const) {
    for (const pairs of roundsOf(secretsCount).slice(0, rounds)) {
      await playRound(dataPath, folder, target, pairs, outcome)
    }
  }
  return [
    "sealed bytes of two records put in each other's place",
    `${outcome.swaps} swaps, ${outcome.reads} reads, ${outcome.refused} refused with an audit record`,
    `${outcome.wrong.length} answered, or refused without a record`,
  ]
}

async function flips({ flips: count }: Size, folder: string, dataPath: string): Promise<Line> {
  const { flips: tried, refused, named, harmless, wrong } = await flipBytes(dataPath, folder, count)
  return [
    'one flipped bit in the database, then every record read',
    `${tried} places: ${refused} starts refused, ${named} records refused by name, ${harmless} times nothing that was read`,
    `${wrong.length} wrong or missing records`,
  ]
}

function backups({ secrets }: Size): string {
  const { stdout, status } = spawnSync(process.execPath, ['tools/bench/backup.ts', String(secrets)])
  if (status !== 0) throw new Error('the bench of backups failed')
  return stdout.toString().trimEnd()
}

function page(kind: string, lines: readonly Line[], bench: string, secrets: number): string {
  const rows = lines.map((line) => `| ${line.join(' | ')} |`)
  return `# Reliability

Written by \`node tools/reliability.ts ${kind}\` on ${availableParallelism()} cores with Node ${process.version}. The quick form of each is in \`npm test\`, the full one in
\`npm run test:long\`.

| disaster | tried | went wrong |
| --- | --- | --- |
${rows.join('\n')}

## Backups of ${secrets.toLocaleString('en')} secrets

\`node tools/bench/backup.ts ${secrets}\`; every step is a process of its own, with the most memory that it held:

\`\`\`
${bench}
\`\`\`

## What else is shown by tests

- kill -9 under 64 writers, twenty times: \`test/durability/kill.test.ts\`.
- A sync that fails ends the process; a full disk refuses and recovers by itself: \`test/start/disk.test.ts\`.
- More than fifty damaged databases, logs, anchors, key files, headers and settings, each refused in a sentence: \`test/start/shapes.test.ts\`.
- An older copy of the database is refused at start: \`test/start/refusals.test.ts\`. An upgrade that is cut off at any step: \`test/durability/crashes.test.ts\`.
- A backup cut off at 200 places, a bit flipped at 360, chunks moved, another seal: \`test/backup/doubt.test.ts\`.

## What is not shown

- The whole database is compared with its index at start up to 128 MiB, each page looked at up to 256 MiB. In a larger one, a damaged index
  can make a record seem absent until a drill or \`audit verify --records\` finds it. A backup is not read by the index.
- The power cuts are played on a model of a disk that honours fsync. A disk that does not can lose what it acknowledged; the model shows that this would be noticed.
`
}

async function run(kind: string): Promise<void> {
  const size = sizes[kind]
  if (!size) throw new Error('quick or full')
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-reliability-'))
  const dataPath = join(folder, 'data')
  try {
    await furnish(dataPath, secretsCount)
    const lines: Line[] = [await swaps(size, folder, dataPath), await flips(size, folder, dataPath)]
    if (canTrace) lines.unshift(await powerCuts(size))
    writeFileSync('docs/reliability.md', page(kind, lines, backups(size), size.secrets))
    process.stdout.write(`${lines.map((line) => line.join(': ')).join('\n')}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await run(process.argv[2] ?? 'quick')
