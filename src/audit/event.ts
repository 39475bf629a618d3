/**
 * What a service did on its own account, not as the answer to a call.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/non-api-aws-service-events.html
 */
import { isoSeconds } from '../lib/clock.ts'
import type { AuditRecord } from './copies.ts'

export interface ServiceAct {
  readonly eventId: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** `secretsmanager.amazonaws.com` */
  readonly eventSource: string
  readonly eventName: string
  readonly region: string
  readonly account: string
  readonly details: Readonly<Record<string, string>>
  readonly error?: string
}

/** The record of it. */
export const serviceActRecord = (act: ServiceAct): AuditRecord => ({
  eventVersion: '1.11',
  userIdentity: { accountId: act.account, invokedBy: act.eventSource },
  eventTime: isoSeconds(act.at),
  eventSource: act.eventSource,
  eventName: act.eventName,
  awsRegion: act.region,
  sourceIPAddress: act.eventSource,
  userAgent: act.eventSource,
  ...(act.error !== undefined && { errorMessage: act.error }),
  requestParameters: null,
  responseElements: null,
  additionalEventData: act.details,
  eventID: act.eventId,
  readOnly: false,
  eventType: 'AwsServiceEvent',
  managementEvent: true,
  recipientAccountId: act.account,
  eventCategory: 'Management',
})
