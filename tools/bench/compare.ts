/**
 * Whether a run differs from a baseline. A ratio has moved when the medians lie further apart than both
 * spreads together (median absolute deviations, scaled to standard deviations), each taken as at least 3 %
 * of its median: few rounds may agree by chance. Figures of this machine alone are never judged.
 */
import type { Figure } from './measure.ts'
import type { Result, Run } from './result.ts'
import { median, spread } from './spread.ts'

export interface Move {
  readonly name: string
  readonly before: number
  readonly now: number
  /** How far apart they may lie without meaning anything. */
  readonly noise: number
  readonly verdict: 'better' | 'worse' | 'same'
}

const spreadSharesMin = 0.03

const noiseOf = (rounds: readonly number[]): number =>
  Math.max(spread(rounds), Math.abs(median(rounds)) * spreadSharesMin)

/** Each ratio that both runs have. */
export function compare(before: Run, now: Run): Move[] {
  const known = new Map(before.results.flatMap(ratios))
  return now.results.flatMap(ratios).flatMap(([name, figure]) => {
    const other = known.get(name)
    return other ? [moveOf(name, other, figure)] : []
  })
}

const ratios = ({ measure, figures }: Result): (readonly [string, Figure])[] =>
  figures
    .filter(({ unit }) => unit === 'x')
    .map((figure) => [`${measure}: ${figure.name}`, figure] as const)

function moveOf(name: string, other: Figure, figure: Figure): Move {
  const [before, now] = [median(other.rounds), median(figure.rounds)]
  const noise = noiseOf(other.rounds) + noiseOf(figure.rounds)
  if (Math.abs(now - before) <= noise) return { name, before, now, noise, verdict: 'same' }
  const isBetter = now > before === (figure.better === 'more')
  return { name, before, now, noise, verdict: isBetter ? 'better' : 'worse' }
}
