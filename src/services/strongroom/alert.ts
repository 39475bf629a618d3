/** Alerts as this service sees them; the house gives them, its detections raise them. */
import type { AlertView } from '../../contract/generated/strongroom.ts'
import type { Desk } from '../operation.ts'

/** An incident that a detection found. Instants are milliseconds since 1970. */
export interface Alert {
  /** Sorts by when it began. */
  readonly id: string
  readonly detection: AlertView['Detection']
  readonly severity: AlertView['Severity']
  readonly account: string
  readonly region: string
  readonly principal?: string | undefined
  readonly resource?: string | undefined
  readonly words: string
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
  readonly requestIds: readonly string[]
  readonly acknowledged?: { readonly at: number; readonly by: string } | undefined
}

export interface Alerts {
  /** Those of an account, the newest first, behind one. */
  list(
    attempt: Desk['attempt'],
    account: string,
    after: string | undefined,
    itemsMax: number,
  ): Promise<readonly Alert[]>
  find(attempt: Desk['attempt'], account: string, id: string): Alert | undefined
  put(attempt: Desk['attempt'], alert: Alert): void
}

export const alertView = (alert: Alert): AlertView => ({
  Id: alert.id,
  Detection: alert.detection,
  Severity: alert.severity,
  Account: alert.account,
  Region: alert.region,
  Principal: alert.principal,
  Resource: alert.resource,
  Words: alert.words,
  FirstDate: alert.firstAt,
  LastDate: alert.lastAt,
  Count: alert.count,
  RequestIds: alert.requestIds,
  AcknowledgedDate: alert.acknowledged?.at,
  AcknowledgedBy: alert.acknowledged?.by,
})
