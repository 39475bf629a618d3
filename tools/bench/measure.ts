/**
 * What is measured: a file of `measures/` each, with what it says in a sentence and how it is run. A
 * measure gives figures; each is what its rounds saw, and those of kind `ratio` are what two runs, or two
 * machines, can be held against each other by.
 */
import type { Common } from './common.ts'
import type { Stage } from './stage.ts'

export interface Figure {
  readonly name: string
  /** `x` for a ratio within one run; any other unit is this machine's own and never judged. */
  readonly unit: 'x' | '/s' | 'µs' | 'ms' | 'MiB' | 'bytes' | 'cores' | 'per commit'
  readonly better: 'more' | 'less'
  /** One number of each round. */
  readonly rounds: readonly number[]
  /** The bound that is aimed at. */
  readonly goal?: number
}

/** How much of everything. */
export interface Size {
  readonly rounds: number
  /** Of each candidate in each round. */
  readonly seconds: number
  /** How long a house is under load before anything counts. */
  readonly warmUpSeconds: number
  /** How many secrets the growing stores hold, the smallest first. */
  readonly secrets: readonly number[]
  /** How many records the longer audit holds. */
  readonly records: number
  /** Endpoints of others to be put under the same load. */
  readonly peers: readonly string[]
}

export interface Measure {
  readonly name: string
  /** What is compared with what, in a sentence. */
  readonly about: string
  /** What is left out unless it is asked for, or everything is. */
  readonly isLong?: boolean
  /** Throws Skipped where what it needs is not there. */
  run(stage: Stage, size: Size, common: Common): Promise<readonly Figure[]>
}

/** Says why something was not measured. */
export class Skipped extends Error {
  override name = 'Skipped'
}

/** The quotients of two candidates, round by round: what disturbs a round disturbs both. */
export const quotients = (over: readonly number[], under: readonly number[]): readonly number[] =>
  over.map((each, round) => each / (under[round] ?? Number.NaN))
