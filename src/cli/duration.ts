/** Spans of time as people type them. */
import { Refusal } from '../lib/fault.ts'

const unitSeconds: ReadonlyMap<string, number> = new Map([
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
  ['w', 7 * 86_400],
])

/** The instant, in seconds since 1970, that `30d`, `12h` or a date means. Throws Refusal. */
export function parseSince(text: string, nowMs: number = Date.now()): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? []
  const seconds = unitSeconds.get(unit)
  if (count !== undefined && seconds !== undefined) {
    return Math.floor(nowMs / 1000) - Number(count) * seconds
  }
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return Math.floor(at / 1000)
  throw new Refusal(`--since ${text} is neither a span such as 30d, 12h or 90m, nor a date.`)
}
