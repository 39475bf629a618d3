/** Backups as this service sees them; the house gives them, and does the work elsewhere. */
import type { BackupSchedule, BackupView, DrillView } from '../../contract/generated/strongroom.ts'

/** A backup that somebody asked for. */
export interface Order {
  readonly backupId: string
  readonly state: BackupView['State']
  readonly rowsDone: number
  readonly rowsTotal: number
  readonly bytes?: number
  readonly reason?: string
}

/** Instants are milliseconds since 1970. */
export interface Drill {
  readonly drilledAt: number
  readonly newestAt?: number | undefined
  readonly records: number
  readonly values: number
  readonly lockedValues: number
  readonly audit: number
  readonly restoreSeconds: number
  readonly drillSeconds: number
  readonly doubts: readonly string[]
}

/** How backups on schedule stand. */
export interface Standing {
  readonly schedule: { readonly everyMs: number; readonly keepMs: number }
  readonly nextAt: number
  readonly goodAt: number | undefined
  readonly isOverdue: boolean
  readonly isWorking: boolean
  readonly failure: string | undefined
  readonly report: Drill | undefined
}

export interface BackupPorts {
  /** Begins one; again with the same id, nothing more happens. False while another is being made. */
  order(backupId: string): boolean
  find(backupId: string): Order | undefined
  read(backupId: string, from: number, bytesMax: number): Uint8Array
  /** False for one that is not there, or is being made. */
  remove(backupId: string): boolean
  standing(): Standing | undefined
}

export const orderView = (order: Order): BackupView => ({
  BackupId: order.backupId,
  State: order.state,
  RowsDone: order.rowsDone,
  RowsTotal: order.rowsTotal,
  Bytes: order.bytes,
  Reason: order.reason,
})

export const scheduleView = (standing: Standing): BackupSchedule => ({
  EverySeconds: standing.schedule.everyMs / 1000,
  KeepSeconds: standing.schedule.keepMs / 1000,
  Working: standing.isWorking,
  Overdue: standing.isOverdue,
  NextDate: standing.nextAt,
  LastGoodDate: standing.goodAt,
  Failure: standing.failure,
  Drill: standing.report && drillView(standing.report),
})

const drillView = (drill: Drill): DrillView => ({
  Date: drill.drilledAt,
  NewestDate: drill.newestAt,
  Records: drill.records,
  Values: drill.values,
  LockedValues: drill.lockedValues,
  AuditRecords: drill.audit,
  RestoreSeconds: drill.restoreSeconds,
  DrillSeconds: drill.drillSeconds,
  Doubts: drill.doubts,
})
