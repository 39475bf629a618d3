/**
 * What Secrets Manager does on its own account, told to the audit as service events.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
 */
import type { Shelf } from './records.ts'

export type EventName =
  | 'StartSecretVersionDelete'
  | 'CancelSecretVersionDelete'
  | 'EndSecretVersionDelete'
  | 'RotationAbandoned'

export interface ServiceEvent {
  readonly name: EventName
  readonly at: number
  readonly shelf: Shelf
  readonly secretArn: string
  readonly eventId: string
}

/** The house's port: the event as a record of the audit. */
export type PrintEvent = (event: ServiceEvent) => string
