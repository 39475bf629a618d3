/**
 * One record per answer, in the shape of CloudTrail's events. What is put in here is already without
 * secrets: the wire leaves them out by the contract.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import type { Caller, CallerSession, Origin } from '../lib/caller.ts'
import { isoSeconds } from '../lib/clock.ts'
import { once } from '../lib/once.ts'
import { plain } from '../lib/plain.ts'
import { type AuditRecord, type RecordedIdentity, sharedIdOf } from './copies.ts'

export interface Answered {
  readonly eventId: string
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** `secretsmanager.amazonaws.com` */
  readonly eventSource: string
  readonly eventName: string
  readonly region: string
  readonly apiVersion: string
  readonly readOnly: boolean
  readonly caller: Caller
  readonly origin: Origin
  readonly parameters: object | undefined
  readonly response: object | null | undefined
  readonly error?: { readonly code: string; readonly words: string | undefined } | undefined
  /** The service that made the call for the caller. */
  readonly invokedBy?: string | undefined
  readonly resources: readonly { ARN: string; accountId: string; type?: string }[]
  /** What decided about the call; absent for calls that need no permission. */
  readonly decision?: object | undefined
  /** The version of a thing that a read showed, which its parameters need not name. */
  readonly versionId?: string | undefined
}

const userAgentCharsMax = 1024

/**
 * The record of an answer. Every answer has one, so that what does not change from one to the next is
 * shared between them: nobody may change a record.
 */
export function answerRecord(answered: Answered): AuditRecord {
  const { eventId, caller, origin, error, resources } = answered
  const invokedBy = answered.invokedBy ?? (caller.source && caller.arn)
  const identity = plainIdentityOf(caller)
  const additionalEventData = additionOf(answered)
  const sharedEventID = error ? undefined : sharedIdOf(eventId, caller.account, resources)
  return {
    eventVersion: '1.11',
    userIdentity: invokedBy === undefined ? identity : { ...identity, invokedBy },
    eventTime: isoSeconds(answered.at),
    eventSource: answered.eventSource,
    eventName: answered.eventName,
    awsRegion: answered.region,
    sourceIPAddress: invokedBy ?? origin.sourceIp,
    userAgent: invokedBy ?? origin.userAgent.slice(0, userAgentCharsMax),
    ...(error && { errorCode: error.code }),
    ...(error?.words !== undefined && { errorMessage: error.words }),
    requestParameters: unlessEmpty(answered.parameters),
    responseElements: unlessEmpty(answered.response),
    ...(additionalEventData && { additionalEventData }),
    requestID: answered.requestId,
    eventID: eventId,
    readOnly: answered.readOnly,
    ...(resources.length > 0 && { resources }),
    eventType: 'AwsApiCall',
    apiVersion: answered.apiVersion,
    managementEvent: true,
    recipientAccountId: caller.account,
    ...(sharedEventID !== undefined && { sharedEventID }),
    eventCategory: 'Management',
    ...(origin.tls && { tlsDetails: tlsOf(origin, origin.tls) }),
  }
}

/** A caller stays the same object as long as nothing about it changes. */
const plainIdentityOf = once((caller: Caller): RecordedIdentity => plain(identityOf(caller)))

const tlsOf = ({ host }: Origin, { version, cipher }: NonNullable<Origin['tls']>) => ({
  tlsVersion: version,
  cipherSuite: cipher,
  clientProvidedHostHeader: host,
})

/** CloudTrail writes null where nothing was asked, or nothing told. */
function unlessEmpty(field: object | null | undefined): object | null {
  for (const _name in field) return field
  return null
}

function additionOf({ decision, versionId }: Answered): object | undefined {
  if (!decision && versionId === undefined) return undefined
  return { ...(versionId !== undefined && { versionId }), ...(decision && { decision }) }
}

const typeNames: Readonly<Record<Caller['kind'], string>> = {
  root: 'Root',
  user: 'IAMUser',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
  'web-identity': 'WebIdentityUser',
  service: 'AWSService',
}

/** Who called, as CloudTrail writes it. */
export function identityOf(caller: Caller): object {
  const { principalId, userName } = caller
  const type = typeNames[caller.kind]
  if (caller.source) return { type }
  if (caller.webIdentity) return { type, principalId, userName, identityProvider: caller.arn }
  return {
    type,
    principalId,
    arn: caller.arn,
    accountId: caller.account,
    accessKeyId: caller.accessKeyId,
    userName,
    sessionContext: caller.session && sessionContextOf(caller.account, caller.session),
  }
}

const sessionContextOf = (accountId: string, session: CallerSession) => ({
  sessionIssuer: session.issuer && { ...session.issuer, accountId },
  webIdFederationData: session.federatedProvider && {
    federatedProvider: session.federatedProvider,
  },
  attributes: { creationDate: isoSeconds(session.issuedAt), mfaAuthenticated: 'false' },
  sourceIdentity: session.sourceIdentity,
})

/** How many requests a source sent that nobody signed; one record stands for a minute of them. */
export interface Refused {
  readonly eventId: string
  readonly at: number
  readonly region: string
  readonly account: string
  readonly sourceIp: string
  /** Requests by the code with which they were refused. */
  readonly codes: Readonly<Record<string, number>>
}

/** A summary of requests before there was a caller, so that strangers cannot fill the journal. */
export const refusedRecord = ({ codes, sourceIp, ...event }: Refused): AuditRecord =>
  eventRecord({
    ...event,
    name: 'UnauthenticatedRequests',
    identity: { type: 'Unknown' },
    sourceIp,
    facts: { refusals: codes },
  })

/** Something that happened in the house and that no caller asked for. */
export interface HouseEvent {
  readonly eventId: string
  readonly at: number
  readonly region: string
  readonly account: string
  readonly name: string
  readonly identity?: object
  readonly sourceIp?: string
  readonly facts: object
}

const ourselves = 'strongroom.amazonaws.com'

/** The record of it. */
export const eventRecord = (event: HouseEvent): AuditRecord =>
  plain({
    eventVersion: '1.11',
    userIdentity: event.identity ?? { type: 'AWSService', invokedBy: ourselves },
    eventTime: isoSeconds(event.at),
    eventSource: ourselves,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.sourceIp ?? ourselves,
    userAgent: null,
    requestParameters: null,
    responseElements: null,
    additionalEventData: event.facts,
    eventID: event.eventId,
    readOnly: event.identity !== undefined,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: event.account,
    eventCategory: 'Management',
  })
