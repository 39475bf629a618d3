/**
 * The audit's records as events: what was called, and what services did on their own.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
import { defaultBus } from './records.ts'
import type { Posted } from './router.ts'

/** What is read of a record here. */
export interface Recorded {
  readonly eventID: string
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly eventType?: string
  readonly awsRegion: string
  readonly recipientAccountId: string
  readonly readOnly?: boolean
  readonly userIdentity: { readonly invokedBy?: string }
}

const detailTypes: ReadonlyMap<string | undefined, string> = new Map([
  ['AwsApiCall', 'AWS API Call via CloudTrail'],
  ['AwsServiceEvent', 'AWS Service Event via CloudTrail'],
])

/** The event of a record; `undefined` for one that is none. */
export function postedRecord(record: Recorded): Posted | undefined {
  const detailType = detailTypes.get(record.eventType)
  if (!detailType || isOurs(record)) return undefined
  return {
    bus: defaultBus,
    isRead: record.readOnly === true && record.eventType === 'AwsApiCall' && !isTold(record),
    isRecorded: true,
    event: {
      version: '0',
      id: record.eventID,
      'detail-type': detailType,
      source: `aws.${record.eventSource.replace(/\.amazonaws\.com$/, '')}`,
      account: record.recipientAccountId,
      time: record.eventTime,
      region: record.awsRegion,
      resources: [],
      detail: record,
    },
  }
}

/** What comes of events themselves: a rule that wants everything would never be done. */
const isOurs = ({ eventSource, eventName, userIdentity }: Recorded): boolean =>
  userIdentity.invokedBy === 'events.amazonaws.com' ||
  (eventSource === 'events.amazonaws.com' && eventName === 'PutEvents')

/** Credentials are given out by calls that change nothing: of those every rule is told. */
const isTold = ({ eventSource, eventName }: Recorded): boolean =>
  eventSource === 'sts.amazonaws.com' &&
  /^(?:AssumeRole|GetSessionToken$|GetFederationToken$)/.test(eventName)
