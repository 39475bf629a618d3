/** Whether there is a backup to go back to, and whether it was ever tried. */
import { dayMs, hourMs } from '../lib/clock.ts'
import { type Check, failure, warning, well } from './check.ts'

/** How backups on schedule stand. Instants are milliseconds since 1970. */
export interface Standing {
  readonly goodAt: number | undefined
  readonly isOverdue: boolean
  readonly failure: string | undefined
  readonly report: { readonly drilledAt: number; readonly doubts: readonly string[] } | undefined
}

export function checkBackups(standing: Standing | undefined, now: number): Check {
  if (!standing) {
    return warning(
      'backups',
      'none are made on schedule: serve with --backup-every and --backup-to',
    )
  }
  if (standing.failure !== undefined) {
    return failure('backups', `the last one failed: ${standing.failure}`)
  }
  const { goodAt, report } = standing
  if (standing.isOverdue) {
    return failure('backups', 'a good one is overdue: see what strongroom backup status says')
  }
  if (goodAt === undefined || !report) {
    return warning('backups', 'none was made yet: look again when the first is due')
  }
  const [doubt] = report.doubts
  if (doubt !== undefined) return failure('backups', `the last drill has a doubt: ${doubt}`)
  return well(
    'backups',
    `the last good one is ${aged(now - goodAt)} old, its drill ${aged(now - report.drilledAt)}`,
  )
}

const aged = (ms: number): string =>
  ms >= 2 * dayMs
    ? `${Math.floor(ms / dayMs)} days`
    : `${Math.max(0, Math.floor(ms / hourMs))} hours`
