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
  | RotationEvent

export type RotationEvent =
  | 'RotationStarted'
  | 'RotationSucceeded'
  | 'RotationFailed'
  | 'RotationAbandoned'
  | 'TestRotationStarted'
  | 'TestRotationSucceeded'
  | 'TestRotationFailed'

export interface ServiceEvent {
  readonly name: EventName
  readonly at: number
  readonly shelf: Shelf
  readonly secretArn: string
  readonly eventId: string
  /** Why it failed, without values. */
  readonly error?: string
}

/** The house's port: the event as a record of the audit. */
export type EventRecorder = (event: ServiceEvent) => object
