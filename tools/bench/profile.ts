/**
 * Where the time of the hot read goes: every thread of a house under load is profiled in its steady state.
 * Prints, for each thread, the ten functions and the rooms with the most time of their own, in microseconds
 * for one request; time is the clock's, so that waiting for a disk counts where it is waited. Run: node tools/bench/profile.ts [--seconds N] [--top N] [--keep DIR]
 */
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { callsFile, press } from './press.ts'
import { callsBy, furnished, hot, readOrder } from './served.ts'
import { near, Stage, threadSeconds } from './stage.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    top: { type: 'string', default: '10' },
    keep: { type: 'string' },
  },
})

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Waits for something to do: no work. */
const idle = new Set(['(idle)', '(program)', '(root)'])

/** The function's name with the place where it stands. */
function placeOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)'
  if (url === '') return name
  const path = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : url
  return `${name} ${path}:${lineNumber + 1}`
}

/** Rooms are the folders of src; what is Node's own is one. */
function roomOf({ functionName, url }: Profile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'node (native)'
  if (!url.startsWith('file:')) return `node (${url.split('/')[0]?.replace('node:', '')})`
  const [top = '', room = '', inner = ''] = relative(root, fileURLToPath(url)).split('/')
  if (top !== 'src') return top
  return room === 'services' ? `services/${inner}` : room
}

type Frame = Profile['nodes'][number]['callFrame']

/** Microseconds of their own, by what they are grouped by, the most first. */
function spent({ nodes, samples, timeDeltas }: Profile, by: (frame: Frame) => string) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const total = new Map<string, number>()
  for (const [n, id] of samples.entries()) {
    const frame = frames.get(id)
    if (!frame || idle.has(frame.functionName) || frame.url === 'node:inspector') continue
    const name = by(frame)
    total.set(name, (total.get(name) ?? 0) + (timeDeltas[n] ?? 0))
  }
  return [...total].sort(([, a], [, b]) => b - a)
}

function print(title: string, profile: Profile, answers: number): void {
  const rooms = spent(profile, roomOf)
  const sum = rooms.reduce((all, [, each]) => all + each, 0) / answers
  if (sum < 1) return
  const line = ([name, microseconds]: readonly [string, number]) =>
    `  ${(microseconds / answers).toFixed(1).padStart(7)} µs  ${name}\n`
  const functions = spent(profile, placeOf).slice(0, Number(values.top))
  process.stdout.write(`\n${title}: ${sum.toFixed(0)} µs per request\n by function\n`)
  process.stdout.write(functions.map(line).join(''))
  process.stdout.write(` by room\n${rooms.slice(0, Number(values.top)).map(line).join('')}`)
}

await using stage = new Stage()
const profiles = stage.path()
mkdirSync(profiles)
const house = await furnished(stage, {
  // Chunks would hide in which room a function stands.
  program: near('../../src/main.ts'),
  nodeFlags: ['--import', near('profiler.ts')],
  environment: { STRONGROOM_BENCH_PROFILES: profiles },
})
const calls = callsFile(stage, callsBy(house, hot.secrets, readOrder))
const load = { connections: hot.connections, seconds: Number(values.seconds), calls }
await press(stage, house, load)
const threads = threadSeconds(house.child)
const plain = await press(stage, house, load)
const after = threadSeconds(house.child)
house.child.kill('SIGUSR2')
await sleep(500)
const seen = await press(stage, house, load)
house.child.kill('SIGUSR2')
const files = () => readdirSync(profiles).filter((file) => file.endsWith('.json'))
// Threads write in their own time, the one that answers the most.
while (!files().some((file) => file.startsWith('main'))) await sleep(100)
await sleep(1000)
process.stdout.write(
  `GetSecretValue: ${plain.microseconds.toFixed(0)} µs of CPU per request over all threads (${seen.microseconds.toFixed(0)} µs while profiled)\n`,
)
for (const [thread, seconds] of after) {
  const used = ((seconds - (threads.get(thread) ?? 0)) * 1e6) / plain.answers
  if (used >= 1) process.stdout.write(`  ${used.toFixed(0).padStart(6)} µs  thread ${thread}\n`)
}
for (const file of files().sort()) {
  const profile = JSON.parse(readFileSync(join(profiles, file), 'utf8')) as Profile
  print(file.replace('.json', ''), profile, seen.answers)
}
if (values.keep !== undefined) cpSync(profiles, values.keep, { recursive: true })
