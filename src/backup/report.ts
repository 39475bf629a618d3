/** What a drill found: kept beside the backup, shown to the operator. Counts and times, never a value. */
export interface DrillReport {
  readonly file: string
  /** Absent if not even the beginning could be read. */
  readonly backupId?: string
  /** Instants are milliseconds since 1970. */
  readonly madeAt?: number
  readonly drilledAt: number
  /** When the newest batch in it was committed. */
  readonly newestAt?: number | undefined
  /** The number of the last commit in it. */
  readonly head?: number
  readonly bytes?: number
  /** How long restoring alone took. */
  readonly restoreSeconds: number
  readonly drillSeconds: number
  /** How many of each were opened. */
  readonly records: number
  readonly values: number
  /** Values whose KMS key was deleted, as somebody wished; nothing can open them. */
  readonly lockedValues: number
  readonly materials: number
  readonly accessKeys: number
  /** Audit records. */
  readonly audit: number
  /** What did not hold, named; a backup with any is not one to rely on. */
  readonly doubts: readonly string[]
}

/** The report as a few lines for people. @param now for how much would be lost if this were restored now */
export function printReport(report: DrillReport, now: number): string {
  const { records, values, lockedValues, materials, accessKeys, audit, doubts } = report
  const locked = lockedValues > 0 ? `, ${lockedValues} whose KMS key is gone` : ''
  const lines = [
    `opened   ${records} records, ${values} values${locked}, ${materials} KMS materials, ${accessKeys} access keys, ${audit} audit records`,
    `rpo      ${span((now - (report.newestAt ?? 0)) / 1000)} since the newest record in it`,
    `rto      ${span(report.restoreSeconds)} to restore, ${span(report.drillSeconds)} with opening everything`,
    ...doubts.map((doubt) => `DOUBT    ${doubt}`),
  ]
  const shown =
    report.newestAt === undefined ? lines.filter((each) => !each.startsWith('rpo')) : lines
  return `${shown.join('\n')}\n`
}

const minute = 60
const hour = 3600
const day = 86_400

function span(seconds: number): string {
  if (seconds < minute) return `${seconds.toFixed(1)} s`
  if (seconds < hour) return `${(seconds / minute).toFixed(1)} min`
  return seconds < day ? `${(seconds / hour).toFixed(1)} h` : `${(seconds / day).toFixed(1)} days`
}
