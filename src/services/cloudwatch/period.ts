/** Periods: whole minutes, each beginning at a multiple of itself. */
import { secondMs } from '../../lib/clock.ts'
import { gathered, placed } from './point.ts'
import type { Point } from './records.ts'
import { fault, invalid } from './service.ts'

/** Throws for periods that are not minutes; AWS's shorter ones are refused clearly. */
export function mustBePeriod(seconds: number): void {
  if ([1, 5, 10, 20, 30].includes(seconds)) {
    throw invalid('Periods below 60 seconds are not offered here: metrics are kept by the minute.')
  }
  if (seconds % 60 !== 0) {
    throw fault('InvalidParameterValueException', 'The parameter Period must be a multiple of 60.')
  }
}

/** Points, put together by the period. */
export const periodsOf = (points: readonly Point[], seconds: number): Point[] =>
  gathered(points.map((point) => placed(point, seconds * secondMs)))

interface Asked {
  readonly StartTime: number
  readonly EndTime: number
}

/** From the beginning of the period that holds the start. Throws for a span that ends before it begins. */
export function spanOf({ StartTime, EndTime }: Asked, seconds: number) {
  if (StartTime >= EndTime) {
    throw fault(
      'InvalidParameterValueException',
      'The parameter StartTime must be less than the parameter EndTime.',
    )
  }
  const periodMs = seconds * secondMs
  return {
    from: Math.max(0, Math.floor(StartTime / periodMs) * periodMs),
    to: Math.max(0, EndTime),
  }
}
