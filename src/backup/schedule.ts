/**
 * When a backup is due and which old ones may go: pure, from what is known. Time that passed while
 * nobody was here is one backup overdue, never many.
 */
import { resolve } from 'node:path'
import { dayMs, hourMs, minuteMs, secondMs } from '../lib/clock.ts'
import { Refusal } from '../lib/fault.ts'

export interface Schedule {
  readonly everyMs: number
  readonly keepMs: number
  /** The folder for them. */
  readonly path: string
}

export interface ScheduleFlags {
  readonly backupEvery?: string
  readonly backupKeep?: string
  readonly backupTo?: string
}

const units: Readonly<Record<string, number>> = {
  s: secondMs,
  m: minuteMs,
  h: hourMs,
  d: dayMs,
}

/** The schedule in these flags, if they ask for one. Throws Refusal. */
export function readSchedule(flags: ScheduleFlags): Schedule | undefined {
  const { backupEvery, backupKeep, backupTo } = flags
  if (backupEvery === undefined || backupTo === undefined) {
    if (backupEvery ?? backupKeep ?? backupTo) {
      throw new Refusal('Backups on schedule need both --backup-every and --backup-to.')
    }
    return undefined
  }
  const everyMs = readSpan('--backup-every', backupEvery)
  const keepMs = readSpan('--backup-keep', backupKeep ?? '14d')
  if (keepMs < everyMs) throw new Refusal('--backup-keep must not be shorter than --backup-every.')
  return { everyMs, keepMs, path: resolve(backupTo) }
}

/** A span of time as flags have it, in milliseconds. Throws Refusal. */
export function readSpan(flag: string, text: string): number {
  const [, digits, unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? []
  if (digits) return Number(digits) * (units[unit] ?? 0)
  throw new Refusal(`${flag} ${text} is not a span of time, such as 30m, 1h or 14d.`)
}

/** What happened so far. Instants are milliseconds since 1970. */
export interface Past {
  readonly triedAt: number | undefined
  /** How often in a row it went wrong. */
  readonly failures: number
}

/** The instant at which the next backup is due. What went wrong is tried again sooner, then ever less often. */
export function dueAt({ everyMs }: Schedule, { triedAt, failures }: Past): number {
  if (triedAt === undefined) return 0
  if (failures === 0) return triedAt + everyMs
  return triedAt + Math.min(everyMs, minuteMs * 2 ** Math.min(failures - 1, 20))
}

/** Whether so much time has passed since the last good one that somebody should look. */
export const isOverdue = ({ everyMs }: Schedule, goodAt: number, now: number): boolean =>
  now - goodAt > 2 * everyMs

/** One backup in the folder. */
export interface Kept {
  readonly name: string
  readonly madeAt: number
  /** True when its drill left no doubt. */
  readonly isGood: boolean
}

/** Which may go: those that are old, and have a newer one that was drilled and left no doubt. */
export function expired({ keepMs }: Schedule, kept: readonly Kept[], now: number): Kept[] {
  const goodAt = Math.max(0, ...kept.filter(({ isGood }) => isGood).map(({ madeAt }) => madeAt))
  return kept.filter(({ madeAt }) => madeAt < goodAt && now - madeAt > keepMs)
}
