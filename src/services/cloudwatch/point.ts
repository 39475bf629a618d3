/** Points: what callers measured, put together by the minute, and by longer periods when they are read. */
import type { Point, Values } from './records.ts'

/** Values that are further apart than this in number are kept as the middle of a range of 1 percent. */
const valuesMax = 200

/** Two points of one instant and unit. */
export function joined(a: Point, b: Point): Point {
  return {
    at: a.at,
    unit: a.unit,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    values: a.values && b.values && bounded(tally([...a.values, ...b.values])),
  }
}

/** The same, at the beginning of the period that holds it. */
export const placed = (point: Point, periodMs: number): Point => ({
  ...point,
  at: Math.floor(point.at / periodMs) * periodMs,
})

/** Points of one instant and unit become one, in the order of time. */
export function gathered(points: readonly Point[]): Point[] {
  const found = new Map<string, Point>()
  for (const point of points) {
    const key = `${point.at} ${point.unit}`
    const known = found.get(key)
    found.set(key, known ? joined(known, point) : point)
  }
  return [...found.values()].toSorted((a, b) => a.at - b.at)
}

/** Points of one instant become one, whatever their unit. */
export const united = (points: readonly Point[]): Point[] =>
  gathered(points.map((point) => ({ ...point, unit: 'None' })))

/** Each value once. */
export function tally(values: Values): Values {
  const counts = new Map<number, number>()
  for (const [value, count] of values) counts.set(value, (counts.get(value) ?? 0) + count)
  return [...counts]
}

export const bounded = (values: Values): Values =>
  values.length <= valuesMax
    ? values
    : tally(values.map(([value, count]) => [nearby(value), count]))

function nearby(value: number): number {
  const exponent = Math.round(Math.log(Math.abs(value)) * 100) / 100
  return value === 0 ? 0 : Math.sign(value) * Number(Math.exp(exponent).toPrecision(6))
}
