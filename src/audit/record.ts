/**
 * One record per answer, in the shape of CloudTrail's events. What is put in here is already without
 * secrets: the wire leaves them out by the contract.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import type { Caller, CallerSession, Origin } from '../lib/caller.ts'
import { isoSeconds } from '../lib/clock.ts'
import { once, remembered } from '../lib/once.ts'
import { sharedIdOf } from './copies.ts'

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
  readonly error?: { readonly code: string; readonly words: string | undefined }
  /** The service that made the call for the caller. */
  readonly invokedBy?: string
  readonly resources: readonly { ARN: string; accountId: string; type?: string }[]
  /** What decided about the call; absent for calls that need no permission. */
  readonly decision?: object | undefined
  /** The version of a thing that a read showed, which its parameters need not name. */
  readonly versionId?: string | undefined
}

const userAgentCharsMax = 1024

/**
 * The record as JSON text, as the journal keeps it. Every answer has one, so that it is written member
 * by member, and what does not change from one to the next is printed once.
 */
export function printRecord(answered: Answered): string {
  const { eventId, caller, origin, error, resources } = answered
  const invokedBy = answered.invokedBy ?? (caller.source && caller.arn)
  return `{"eventVersion":"1.11","userIdentity":${identityText(caller)}${member(
    'invokedBy',
    invokedBy,
  )}},"eventTime":"${isoSeconds(answered.at)}"${
    usual('eventSource', answered.eventSource) +
    usual('eventName', answered.eventName) +
    usual('awsRegion', answered.region) +
    usual('sourceIPAddress', invokedBy ?? origin.sourceIp) +
    usual('userAgent', invokedBy ?? origin.userAgent.slice(0, userAgentCharsMax)) +
    member('errorCode', error?.code) +
    member('errorMessage', error?.words) +
    member('requestParameters', unlessEmpty(answered.parameters)) +
    member('responseElements', unlessEmpty(answered.response)) +
    member('additionalEventData', additionOf(answered)) +
    member('requestID', answered.requestId) +
    member('eventID', eventId) +
    member('readOnly', answered.readOnly) +
    member('resources', resources.length > 0 ? resources : undefined)
  },"eventType":"AwsApiCall"${usual('apiVersion', answered.apiVersion)},"managementEvent":true${
    usual('recipientAccountId', caller.account) +
    member('sharedEventID', error ? undefined : sharedIdOf(eventId, caller.account, resources))
  },"eventCategory":"Management"${member('tlsDetails', origin.tls && tlsOf(origin, origin.tls))}}`
}

/** A member whose text stands in many records. */
const usual = (name: string, text: string): string => `,"${name}":${quoted(text)}`

const quoted = remembered((text) => JSON.stringify(text))

/** One member behind others; nothing for what is absent. */
const member = (name: string, value: object | string | boolean | null | undefined): string =>
  value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`

/** All of an identity but its end: a caller stays the same object as long as nothing about it changes. */
const identityText = once((caller: Caller) => JSON.stringify(identityOf(caller)).slice(0, -1))

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
export const printRefused = ({ codes, sourceIp, ...event }: Refused): string =>
  printEvent({
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

/** The record of an event, as JSON text. */
export const printEvent = (event: HouseEvent): string =>
  JSON.stringify({
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
