/**
 * Who gets to see a record. A call that reached into another account is seen by that account, too:
 * as a copy with an id of its own, joined to the caller's by `sharedEventID`, which tells of the
 * caller only the account and the unique id, never names.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import { createHash } from 'node:crypto'

/** A record as the journal keeps it: what readers here rely on. */
export interface AuditRecord {
  readonly eventVersion?: string
  readonly eventID: string
  /** `2015-08-30T12:36:00Z` */
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly recipientAccountId: string
  readonly userIdentity: RecordedIdentity
  readonly sourceIPAddress?: string | null
  readonly userAgent?: string | null
  readonly readOnly?: boolean
  readonly requestID?: string
  readonly sharedEventID?: string
  readonly eventType?: string
  readonly apiVersion?: string
  readonly managementEvent?: boolean
  readonly eventCategory?: string
  readonly tlsDetails?: object
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestParameters?: object | null
  readonly responseElements?: object | null
  readonly additionalEventData?: object | null
  readonly resources?: readonly RecordedResource[]
}

export interface RecordedIdentity {
  readonly type?: string
  readonly principalId?: string
  readonly arn?: string
  readonly accountId?: string
  readonly accessKeyId?: string
  readonly userName?: string
  readonly invokedBy?: string
}

export interface RecordedResource {
  readonly ARN: string
  readonly accountId: string
  readonly type?: string
}

/** The id that joins the copies of one event; `undefined` for what stays within the caller's account. */
export const sharedIdOf = (
  eventId: string,
  recipient: string,
  resources: readonly RecordedResource[],
): string | undefined =>
  resources.some(({ accountId }) => isOther(accountId, recipient))
    ? derivedId('shared', eventId)
    : undefined

/** The record itself, and a copy for every other account whose things it is about. */
export function copiesOf(record: AuditRecord): AuditRecord[] {
  const { sharedEventID, recipientAccountId, resources = [] } = record
  if (sharedEventID === undefined) return [record]
  return [record, ...ownersOf(recipientAccountId, resources).map((owner) => copyFor(owner, record))]
}

/** What this account sees of a record; `undefined` if it sees nothing. */
export const copyOf = (record: AuditRecord, account: string): AuditRecord | undefined =>
  copiesOf(record).find(({ recipientAccountId }) => recipientAccountId === account)

function ownersOf(recipient: string, resources: readonly RecordedResource[]): string[] {
  const accounts = new Set(resources.map(({ accountId }) => accountId))
  return [...accounts].filter((account) => isOther(account, recipient))
}

const isOther = (account: string, recipient: string): boolean =>
  account !== recipient && /^\d{12}$/.test(account)

function copyFor(owner: string, record: AuditRecord): AuditRecord {
  const { principalId, accountId, invokedBy } = record.userIdentity
  return {
    ...record,
    userIdentity: {
      type: 'AWSAccount',
      ...(principalId !== undefined && { principalId }),
      ...(accountId !== undefined && { accountId }),
      ...(invokedBy !== undefined && { invokedBy }),
    },
    eventID: derivedId(owner, record.eventID),
    resources: (record.resources ?? []).filter((resource) => resource.accountId === owner),
    recipientAccountId: owner,
    // Which of the caller's own policies decided is not the owner's to know.
    ...(record.additionalEventData && { additionalEventData: null }),
  }
}

/** A UUID (version 8) that follows from another: the copies of one record are the same each time. */
function derivedId(purpose: string, id: string): string {
  const bytes = createHash('sha256').update(`${purpose}\n${id}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const text = bytes.toString('hex')
  return [0, 8, 12, 16, 20].map((at, n) => text.slice(at, [8, 12, 16, 20, 32][n])).join('-')
}
