/**
 * One record per answer, in the shape of CloudTrail's events. What is put in here is already without
 * secrets: the wire leaves them out by the contract.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import type { Caller, Origin } from '../lib/caller.ts'
import { isoSeconds } from '../lib/clock.ts'

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
}

const userAgentCharsMax = 1024

/** The record as JSON text, as the journal keeps it. */
export function printRecord(answered: Answered): string {
  const { caller, origin, error, invokedBy } = answered
  return JSON.stringify({
    eventVersion: '1.11',
    userIdentity: { ...identityOf(caller), invokedBy },
    eventTime: isoSeconds(answered.at),
    eventSource: answered.eventSource,
    eventName: answered.eventName,
    awsRegion: answered.region,
    sourceIPAddress: invokedBy ?? origin.sourceIp,
    userAgent: invokedBy ?? origin.userAgent.slice(0, userAgentCharsMax),
    errorCode: error?.code,
    errorMessage: error?.words,
    requestParameters: answered.parameters ?? null,
    responseElements: answered.readOnly ? null : (answered.response ?? null),
    requestID: answered.requestId,
    eventID: answered.eventId,
    readOnly: answered.readOnly,
    resources: answered.resources.length > 0 ? answered.resources : undefined,
    eventType: 'AwsApiCall',
    apiVersion: answered.apiVersion,
    managementEvent: true,
    recipientAccountId: caller.account,
    eventCategory: 'Management',
    tlsDetails: origin.tls && {
      tlsVersion: origin.tls.version,
      cipherSuite: origin.tls.cipher,
      clientProvidedHostHeader: origin.host,
    },
  })
}

const typeNames: Readonly<Record<Caller['kind'], string>> = {
  root: 'Root',
  user: 'IAMUser',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
  service: 'AWSService',
}

const identityOf = (caller: Caller) => ({
  type: typeNames[caller.kind],
  principalId: caller.principalId,
  arn: caller.arn,
  accountId: caller.account,
  accessKeyId: caller.accessKeyId,
  userName: caller.userName,
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
export const printRefused = (refused: Refused): string =>
  JSON.stringify({
    eventVersion: '1.11',
    userIdentity: { type: 'Unknown' },
    eventTime: isoSeconds(refused.at),
    eventSource: 'strongroom.amazonaws.com',
    eventName: 'UnauthenticatedRequests',
    awsRegion: refused.region,
    sourceIPAddress: refused.sourceIp,
    userAgent: null,
    requestParameters: null,
    responseElements: null,
    additionalEventData: { refusals: refused.codes },
    eventID: refused.eventId,
    readOnly: true,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: refused.account,
    eventCategory: 'Management',
  })
