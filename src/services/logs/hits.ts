/**
 * What metric filters make of lines: a measured value for each line that fits, with a filter's default for
 * a minute that has lines of which none does.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringPolicyExamples.html
 */

import { minuteMs } from '../../lib/clock.ts'
import { once } from '../../lib/once.ts'
import { readPath } from './expression.ts'
import { readPattern } from './pattern.ts'
import type { FilterRecord, FiltersRecord, Hit, Line } from './records.ts'

/** All that the filters of a group find in these lines. */
export const hitsIn = (record: FiltersRecord, lines: readonly Line[]): Hit[] =>
  readersOf(record).flatMap((read) => read(lines))

type Reader = (lines: readonly Line[]) => Hit[]

/** Records are frozen and shared: what was read once holds for all who get the same. */
const readersOf = once((record: FiltersRecord): readonly Reader[] => record.filters.map(readerOf))

function readerOf({ pattern, transformation }: FilterRecord): Reader {
  const { namespace, name, unit = 'None', otherwise } = transformation
  const fits = readPattern(pattern)
  const measure = readerOfValue(transformation.value)
  const dimensionsOf = readerOfDimensions(transformation.dimensions)
  return (lines) => {
    const hits: Hit[] = []
    const minutes = new Map<number, boolean>()
    for (const { at, message } of lines) {
      const minute = Math.floor(at / minuteMs) * minuteMs
      const isFit = fits(message)
      minutes.set(minute, isFit || (minutes.get(minute) ?? false))
      const value = isFit ? measure(message) : undefined
      const dimensions = value === undefined ? undefined : dimensionsOf(message)
      if (value === undefined || !dimensions) continue
      hits.push({ namespace, name, dimensions, unit, at, value })
    }
    if (otherwise === undefined) return hits
    const empty = [...minutes].filter(([, isHit]) => !isHit)
    const defaults = empty.map(([at]) => ({
      ...{ namespace, name, dimensions: [], unit, at, value: otherwise },
    }))
    return [...hits, ...defaults]
  }
}

/** A line whose value is no number is not measured. */
function readerOfValue(text: string): (message: string) => number | undefined {
  if (!text.startsWith('$')) return () => Number(text)
  const find = readPath(text)
  return (message) => {
    const found = find(jsonOf(message))
    const value = typeof found === 'string' && found.trim() !== '' ? Number(found) : found
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  }
}

const valueCharsMax = 255

/** A line that lacks one of the dimensions is not measured. */
function readerOfDimensions(paths: Readonly<Record<string, string>>) {
  const finders = Object.entries(paths).map(([Name, path]) => ({ Name, find: readPath(path) }))
  return (message: string): Hit['dimensions'] | undefined => {
    if (finders.length === 0) return []
    const value = jsonOf(message)
    const found = finders.flatMap(({ Name, find }) => {
      const Value = textOf(find(value))
      return Value === undefined ? [] : [{ Name, Value }]
    })
    return found.length === finders.length ? found : undefined
  }
}

function textOf(found: unknown): string | undefined {
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') {
    return undefined
  }
  return (
    String(found)
      .replace(/\p{Cc}/gu, ' ')
      .slice(0, valueCharsMax) || undefined
  )
}

function jsonOf(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined // words may fit a line that is no JSON; nothing can be taken out of it
  }
}
