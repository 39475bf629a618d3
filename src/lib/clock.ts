/** Wall time in milliseconds since 1970. For signatures, dates and schedules; never for timeouts. */
export interface Clock {
  now(): number
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** `20150830T123600Z`, the form of X-Amz-Date. */
export const amzDate = (at: number): string =>
  new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')

/** `2015-08-30T12:36:00Z`: seconds, as CloudTrail and the query protocol write instants. */
export function isoSeconds(at: number): string {
  const second = Math.floor(at / secondMs)
  if (second !== lastSecond) lastText = `${new Date(at).toISOString().slice(0, 19)}Z`
  lastSecond = second
  return lastText
}

/** Most instants that are written one after the other lie in the same second. */
let lastSecond = Number.NaN
let lastText = ''

/** The day, in whole days since 1970, that holds this instant (UTC). */
export const dayOf = (at: number): number => Math.floor(at / dayMs)

export const secondMs = 1000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
