/** Load on a server, and what it cost: candidates take turns within a round. */
import type { ChildProcess } from 'node:child_process'
import type { Seen } from './load.ts'
import type { Size } from './measure.ts'
import { cpuSeconds, type Stage } from './stage.ts'
import { packed } from './wire.ts'

/** Whom the load is put on. */
export interface Target {
  readonly child: Pick<ChildProcess, 'pid'>
  readonly host?: string
  readonly port: number
  readonly isTls?: boolean
}

export interface Round extends Seen {
  readonly perSecond: number
  /** Of the server's CPU for a request. */
  readonly microseconds: number
}

export interface Load {
  readonly connections: number
  readonly seconds: number
  /** A file of packed calls. */
  readonly calls: string
}

export const callsFile = (stage: Stage, calls: readonly Buffer[]): string =>
  stage.file(packed(calls))

/** Sends each call once, some at a time. Throws if an answer was not 200. */
export const send = (stage: Stage, target: Target, calls: readonly Buffer[]): Promise<Round> =>
  press(stage, target, { connections: 32, seconds: 0, calls: callsFile(stage, calls) })

/** Throws if an answer was not 200: refusals are fast, and no figure of them is wanted. */
export async function press(stage: Stage, target: Target, load: Load): Promise<Round> {
  const { connections, seconds, calls } = load
  const before = cpuSeconds(target.child)
  const { host = '127.0.0.1', port, isTls = false } = target
  const milliseconds = Math.round(seconds * 1000)
  const seen = await stage.load({ host, port, isTls, connections, milliseconds, calls })
  if (seen.failures > 0) {
    throw new Error(`${seen.failures} of ${seen.answers} answers were not 200: ${seen.failure}`)
  }
  if (seen.answers === 0) throw new Error('nothing was answered')
  return {
    ...seen,
    perSecond: seen.answers / seen.seconds,
    microseconds: ((cpuSeconds(target.child) - before) * 1e6) / seen.answers,
  }
}

export type Candidates<K extends string> = Readonly<Record<K, () => Promise<Round>>>
export type Rounds<K extends string> = Readonly<Record<K, readonly Round[]>>

/** Every candidate once a round, the order turned round each time; the round before the first does not count. */
export async function inTurns<K extends string>(
  { rounds }: Pick<Size, 'rounds'>,
  candidates: Candidates<K>,
): Promise<Rounds<K>> {
  const names = Object.keys(candidates) as K[]
  const seen = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, Round[]>
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? names : names.toReversed()
    for (const name of order) {
      const each = await candidates[name]()
      if (round > 0) seen[name].push(each)
    }
  }
  return seen
}

type Numbers = Exclude<keyof Round, 'failure'>

/** One number of each round. */
export const each = (rounds: readonly Round[], of: Numbers): readonly number[] =>
  rounds.map((round) => round[of])
