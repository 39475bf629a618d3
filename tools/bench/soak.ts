/**
 * A soak: full load with reads, writes, lists and rotations mixed in, window by window. What must not grow
 * is looked at after the windows of warming up and at the end: memory, open descriptors, the slowest hundredth.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { callsFile, press } from './press.ts'
import {
  callsBy,
  type Furnished,
  furnished,
  hot,
  metric,
  nameOf,
  readOrder,
  secretsOrder,
  writeOrder,
} from './served.ts'
import { median } from './spread.ts'
import { command, descriptorsOf, residentMiB, type Stage } from './stage.ts'
import { bytesOf, call, type Order } from './wire.ts'

export interface SoakWish {
  readonly secrets: number
  /** How many of them rotate. */
  readonly rotating: number
  readonly windows: number
  readonly windowSeconds: number
  readonly warmUpWindows: number
  readonly connections: number
  /** What the order of calls is drawn from. */
  readonly seed: number
  tell(line: string): void
}

export interface Window {
  readonly answers: number
  readonly perSecond: number
  readonly p99: number
  /** The least of V8's heap that was in use at any look: just behind a collection, what is kept. */
  readonly heapMiB: number
  readonly residentMiB: number
  readonly descriptors: number
}

type Footing = Pick<Window, 'descriptors' | 'residentMiB'>

export interface Soaked {
  /** As it stood when everything was furnished and nobody called. */
  readonly atRest: Footing
  readonly windows: readonly Window[]
  readonly rotations: number
  /** What was held, and what was not. */
  readonly findings: readonly string[]
}

const everySeconds = 1
const callsCount = 20_000
/** Of a hundred calls. */
const shares = { writes: 4, lists: 4 }

export async function soak(stage: Stage, wish: SoakWish): Promise<Soaked> {
  const { rotating } = wish
  const house = await furnished(stage, { secrets: wish.secrets })
  for (let n = 0; n < rotating; n++) await attach(stage, house, nameOf(n))
  const atRest = footing(house)
  const windows: Window[] = []
  const rotation = keepRotating(house, rotating)
  for (let n = 0; n < wish.windows; n++) {
    const window = await windowOf(stage, house, { ...wish, seed: wish.seed + n })
    windows.push(window)
    wish.tell(lineOf(n, window, n < wish.warmUpWindows))
  }
  const rotations = await rotation.end()
  const last = { ...(windows.at(-1) as Window), ...(await quiet(house, atRest.descriptors)) }
  const all = [...windows.slice(0, -1), last]
  const findings = findingsOf(atRest, all.slice(wish.warmUpWindows))
  return { atRest, windows: all, rotations, findings }
}

const footing = ({ child }: Furnished): Footing => ({
  residentMiB: residentMiB(child),
  descriptors: descriptorsOf(child),
})

const lineOf = (n: number, window: Window, isWarmUp: boolean): string =>
  [
    `window ${n + 1}${isWarmUp ? ' (warming up)' : ''}: ${window.perSecond.toFixed(0)} answers/s`,
    `p99 ${window.p99.toFixed(1)} ms`,
    `${window.heapMiB.toFixed(0)} MiB of heap in use at the least`,
    `${window.residentMiB.toFixed(0)} MiB resident`,
    `${window.descriptors} descriptors`,
  ].join(', ')

/** The command that people use: a shipped function, its role, its permission, its schedule. */
async function attach(stage: Stage, { url, root }: Furnished, name: string): Promise<void> {
  const args = ['rotate', 'attach', name, '--using', 'random', '--every', '30d']
  const environment = {
    ...{ AWS_ENDPOINT_URL: url, AWS_REGION: 'us-east-1' },
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
  }
  await stage.start([command, ...args], /(attached)/, { environment })
}

/** Does something again and again, with a rest after each time. What it gives ends that. */
function again(restMs: number, act: (n: number) => Promise<void>): () => Promise<void> {
  let isOver = false
  const going = (async () => {
    for (let n = 0; !isOver; n++) {
      await act(n)
      await sleep(restMs)
    }
  })()
  return async () => {
    isOver = true
    await going
  }
}

/** Asks for one rotation after the other, each secret in turn; one that is under way is left to it. */
function keepRotating({ url, root }: Furnished, rotating: number) {
  let count = 0
  const end = again(everySeconds * 1000, async (n) => {
    const input = { SecretId: nameOf(n % rotating), ClientRequestToken: randomUUID() }
    await call(url, root, secretsOrder('RotateSecret', input)).then(
      () => count++,
      (thrown: Error) => {
        if (!/InvalidRequestException/.test(thrown.message)) throw thrown
      },
    )
  })
  return {
    async end() {
      await end()
      return count
    },
  }
}

async function windowOf(stage: Stage, house: Furnished, wish: SoakWish): Promise<Window> {
  const { connections, windowSeconds: seconds } = wish
  const calls = callsFile(stage, mixOf(house, wish))
  const heap = leastHeap(house)
  const { answers, perSecond, p99 } = await press(stage, house, { connections, seconds, calls })
  const heapMiB = await heap.end()
  stage.forget(calls)
  return { answers, perSecond, p99, heapMiB, ...footing(house) }
}

const looksEveryMs = 500

/** Looks at the house's heap again and again. */
function leastHeap(house: Furnished) {
  let least = Number.POSITIVE_INFINITY
  const end = again(looksEveryMs, async () => {
    least = Math.min(least, await metric(house, 'nodejs_heap_size_used_bytes'))
  })
  return {
    async end() {
      await end()
      return least / 2 ** 20
    },
  }
}

const list: Order = secretsOrder('ListSecrets', { MaxResults: 20 })

/** The calls of a window: the same for the same seed, but for the tokens of the writes. */
function mixOf(house: Furnished, { seed, secrets, rotating }: SoakWish): Buffer[] {
  const draw = drawn(seed)
  const reads = callsBy(house, secrets, readOrder)
  const lists = callsBy(house, hot.users, () => list)
  return Array.from({ length: callsCount }, (_, n) => {
    const lot = draw() * 100
    const secret = Math.floor(draw() * secrets)
    // Those that rotate are written by their function alone.
    const written = Math.max(secret, rotating)
    const { keys } = house.users[n % hot.users] as Furnished['users'][number]
    if (lot < shares.writes) return bytesOf(house.url, keys, writeOrder(written))
    if (lot < shares.writes + shares.lists) return lists[n % lists.length] as Buffer
    return reads[secret] as Buffer
  })
}

/** Numbers below one, as the seed has them: mulberry32. */
function drawn(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const descriptorsSlack = 16
const patience = 300

/** Waits, for a bounded time, until what the load had open is closed. */
async function quiet(house: Furnished, atRest: number) {
  for (let n = 0; n < patience && footing(house).descriptors > atRest + descriptorsSlack; n++) {
    await sleep(100)
  }
  return footing(house)
}

const growthMax = 1.15
const memorySlackMiB = 24
const p99GrowthMax = 2

/** The first third against the last one. */
function findingsOf(atRest: Soaked['atRest'], windows: readonly Window[]): string[] {
  const third = Math.max(1, Math.floor(windows.length / 3))
  const [early, late] = [windows.slice(0, third), windows.slice(-third)]
  const of = (name: 'heapMiB' | 'residentMiB' | 'p99') =>
    [early, late].map((some) => median(some.map((each) => each[name]))) as [number, number]
  const grows = ([before, after]: [number, number]) => after > before * growthMax + memorySlackMiB
  const [heap, memory, slowest] = [of('heapMiB'), of('residentMiB'), of('p99')]
  const descriptors = windows.at(-1)?.descriptors ?? 0
  const told = (holds: boolean, words: string) => `${holds ? 'holds' : 'FAILS'}: ${words}`
  return [
    told(
      !grows(heap),
      `heap in use at the least ${heap[0].toFixed(0)} MiB after warming up, ${heap[1].toFixed(0)} MiB at the end`,
    ),
    told(
      !grows(memory),
      `memory ${memory[0].toFixed(0)} MiB after warming up, ${memory[1].toFixed(0)} MiB at the end`,
    ),
    told(
      descriptors <= atRest.descriptors + descriptorsSlack,
      `${atRest.descriptors} descriptors at rest before, ${descriptors} after`,
    ),
    told(
      slowest[1] <= slowest[0] * p99GrowthMax,
      `p99 ${slowest[0].toFixed(1)} ms after warming up, ${slowest[1].toFixed(1)} ms at the end`,
    ),
  ]
}
