/**
 * A read out of an agent's cache, as the agent told it: no call was made for it here, so it is an event
 * and not a call, under a name of its own.
 */
import type { Caller } from '../lib/caller.ts'
import { isoSeconds } from '../lib/clock.ts'
import { plain } from '../lib/plain.ts'
import type { AuditRecord } from './copies.ts'
import { identityOf } from './record.ts'

export interface Told {
  readonly eventId: string
  readonly at: number
  readonly region: string
  readonly caller: Caller
  readonly requestId: string
  readonly batchId: string
  readonly kind: 'Secret' | 'Parameter'
  readonly id: string
  readonly version: string
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  readonly application: string | undefined
  readonly mayRead: boolean
  readonly resource:
    | { readonly arn: string; readonly account: string; readonly type: string | undefined }
    | undefined
}

/** The record of it. */
export function receiptRecord({ caller, resource, ...told }: Told): AuditRecord {
  return plain({
    eventVersion: '1.11',
    userIdentity: identityOf(caller),
    eventTime: isoSeconds(told.at),
    eventSource: 'strongroom.amazonaws.com',
    eventName: `${told.kind}ReadFromCache`,
    awsRegion: told.region,
    sourceIPAddress: 'strongroom.amazonaws.com',
    userAgent: null,
    requestParameters: null,
    responseElements: null,
    additionalEventData: {
      batchId: told.batchId,
      id: told.id,
      versionId: told.version,
      count: told.count,
      firstReadTime: isoSeconds(told.firstAt),
      lastReadTime: isoSeconds(told.lastAt),
      application: told.application,
      agentMayReadNow: told.mayRead,
    },
    requestID: told.requestId,
    eventID: told.eventId,
    readOnly: true,
    ...(resource && {
      resources: [{ accountId: resource.account, type: resource.type, ARN: resource.arn }],
    }),
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: caller.account,
    eventCategory: 'Management',
  })
}
