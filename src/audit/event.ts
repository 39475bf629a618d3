/**
 * What a service did on its own account, not as the answer to a call.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/non-api-aws-service-events.html
 */
import { isoSeconds } from '../lib/clock.ts'

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

/** The record as JSON text, as the journal keeps it. */
export const printServiceAct = (act: ServiceAct): string =>
  JSON.stringify({
    eventVersion: '1.11',
    userIdentity: { accountId: act.account, invokedBy: act.eventSource },
    eventTime: isoSeconds(act.at),
    eventSource: act.eventSource,
    eventName: act.eventName,
    awsRegion: act.region,
    sourceIPAddress: act.eventSource,
    userAgent: act.eventSource,
    errorMessage: act.error,
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
