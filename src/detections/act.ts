/**
 * One act out of an audit record: who did what to which things of which account, and how it ended. A
 * call that reached into another account is an act there, too, whoever it was that made it and even
 * where it was denied; that account learns of the caller no more than CloudTrail would tell it.
 */
import type { AuditRecord, RecordedIdentity } from '../audit/copies.ts'

export interface Act {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Whose act it is to know of. */
  readonly account: string
  readonly region: string
  /** As in a credential scope: `secretsmanager`. */
  readonly service: string
  readonly name: string
  /** The ARN of the user, of the role behind a session, or of root. */
  readonly principal: string
  readonly isRoot: boolean
  /** Seen by the owner of what another account's principal touched. */
  readonly isGuest: boolean
  /** Made by a service for the caller, inside another call. */
  readonly isInner: boolean
  /** Those of the account. */
  readonly resources: readonly string[]
  readonly error?: string | undefined
  readonly requestId?: string | undefined
  readonly record: AuditRecord
}

interface Identity extends RecordedIdentity {
  readonly identityProvider?: string
  readonly sessionContext?: { readonly sessionIssuer?: { readonly arn?: string } }
}

/** A record with what only detections look at. */
export type Recorded = AuditRecord & { readonly eventType?: string }

/** The acts that a record tells of; none for what the house or one of its services did by itself. */
export function actsOf(record: Recorded): Act[] {
  const { eventType, userIdentity, recipientAccountId, resources = [] } = record
  const principal = eventType === 'AwsApiCall' ? principalOf(userIdentity) : undefined
  if (principal === undefined) return []
  const own: Act = {
    at: instantOf(record.eventTime),
    account: recipientAccountId,
    region: record.awsRegion,
    service: record.eventSource.slice(0, record.eventSource.indexOf('.')),
    name: record.eventName,
    principal,
    isRoot: isRoot(userIdentity),
    isGuest: false,
    isInner: userIdentity.invokedBy !== undefined,
    resources: thingsOf(recipientAccountId, resources),
    error: record.errorCode,
    requestId: record.requestID,
    record,
  }
  return own.resources.length === resources.length ? [own] : [own, ...guestActs(own)]
}

/** The same act as other accounts see it, whose things it was about. */
function guestActs(own: Act): Act[] {
  const { resources = [] } = own.record
  const owners = new Set(resources.map(({ accountId }) => accountId))
  owners.delete(own.account)
  const shown = { principal: guestOf(own.record), isGuest: true, isRoot: false }
  return [...owners]
    .filter((account) => /^\d{12}$/.test(account))
    .map((account) => ({ ...own, ...shown, account, resources: thingsOf(account, resources) }))
}

function thingsOf(account: string, resources: NonNullable<AuditRecord['resources']>): string[] {
  const arns: string[] = []
  for (const { accountId, ARN } of resources) if (accountId === account) arns.push(ARN)
  return arns
}

const isRoot = ({ type }: RecordedIdentity): boolean => type === 'Root'

function principalOf(identity: Identity): string | undefined {
  const { type, accountId, arn, identityProvider, sessionContext } = identity
  if (type === 'AWSService') return undefined
  if (type === 'Root') return `arn:aws:iam::${accountId}:root`
  return sessionContext?.sessionIssuer?.arn ?? arn ?? identityProvider
}

/** `123456789012:AROA...`: the account and the unique id, without the session's name. */
function guestOf({ recipientAccountId, userIdentity }: AuditRecord): string {
  const { principalId = '' } = userIdentity
  const colon = principalId.indexOf(':')
  return `${recipientAccountId}:${colon < 0 ? principalId : principalId.slice(0, colon)}`
}

/** Most records that follow each other are of the same second. */
let lastText = ''
let lastAt = 0

function instantOf(text: string): number {
  if (text !== lastText) {
    lastText = text
    lastAt = Date.parse(text)
  }
  return lastAt
}

/** Whether a call was denied by policy. */
export const isDenied = ({ error }: Act): boolean => error === 'AccessDenied'

/** Whether the value of a secret was shown. */
export const isRead = ({ service, name, error }: Act): boolean =>
  error === undefined && name === 'GetSecretValue' && service === 'secretsmanager'
