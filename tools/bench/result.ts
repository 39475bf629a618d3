/** What a run saw, as it is kept in a file for a later one to be compared with. */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import type { Figure } from './measure.ts'
import { median, spread } from './spread.ts'

export interface Result {
  readonly measure: string
  readonly about: string
  readonly figures: readonly Figure[]
  /** Why there are none. */
  readonly skipped?: string
}

export interface Run {
  readonly machine: string
  /** The command's own arguments. */
  readonly words: string
  readonly results: readonly Result[]
}

export const machine = (): string => {
  const { sqlite, openssl } = process.versions
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  const model = cpus()[0]?.model.trim() ?? 'unknown'
  return `${availableParallelism()} cores (${model}), ${gibibytes} GiB, ${process.platform} ${release()}, Node ${process.version}, SQLite ${sqlite}, OpenSSL ${openssl}`
}

export const keep = (path: string, run: Run): void =>
  writeFileSync(path, `${JSON.stringify(run, null, 1)}\n`)

/** Throws what is wrong with the file. */
export function recall(path: string): Run {
  const run = JSON.parse(readFileSync(path, 'utf8')) as Run
  if (!Array.isArray(run.results)) throw new Error(`${path} is no baseline: make one by --save`)
  return run
}

const digitsOf = (number: number): number => (number >= 100 ? 0 : number >= 10 ? 1 : 2)

export const print = (number: number): string =>
  number.toLocaleString('en', {
    minimumFractionDigits: digitsOf(Math.abs(number)),
    maximumFractionDigits: digitsOf(Math.abs(number)),
  })

/** A figure's median, its spread and its unit, in words. */
export function shown({ unit, rounds }: Figure): {
  readonly middle: string
  readonly around: string
} {
  const around = rounds.length > 1 ? `± ${print(spread(rounds))}` : ''
  return { middle: `${print(median(rounds))} ${unit}`, around }
}

/** What is aimed at, and whether it was reached. */
export function goalOf({ goal, better, rounds }: Figure): string {
  if (goal === undefined) return ''
  const isReached = better === 'more' ? median(rounds) >= goal : median(rounds) <= goal
  return `${better === 'more' ? 'at least' : 'at most'} ${goal}: ${isReached ? 'reached' : 'not reached'}`
}
