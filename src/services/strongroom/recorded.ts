/**
 * An audit record, read back: who called, from where, and what decided.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
import type { DecisionView } from '../../contract/generated/strongroom.ts'
import type { AccountId } from '../../lib/brand.ts'
import type { Circumstances } from '../operation.ts'
import type { Who } from './service.ts'

export interface Recorded {
  readonly requestID?: string
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent?: string
  readonly errorCode?: string
  readonly requestParameters?: object | null
  readonly tlsDetails?: object
  readonly userIdentity: Identity
  readonly additionalEventData?: {
    readonly decision?: RecordedDecision
    /** Of a read: which version was shown. */
    readonly versionId?: string
  }
}

interface Identity {
  readonly type: string
  readonly principalId?: string
  readonly arn?: string
  readonly accountId?: string
  readonly invokedBy?: string
  readonly sessionContext?: {
    readonly sessionIssuer?: { readonly principalId: string; readonly arn: string }
    readonly attributes: { readonly creationDate: string }
    readonly sourceIdentity?: string
    readonly webIdFederationData?: { readonly federatedProvider: string }
  }
}

interface RecordedDecision {
  readonly outcome: DecisionView['Outcome']
  /** Where it is not the operation's own. */
  readonly action?: string
  readonly missing?: string
  readonly policyKind?: string
  readonly policyName?: string
  readonly statement?: number
  readonly sid?: string
}

/** What decided when the call was answered; `undefined` if nothing had to. */
export function decisionIn({ additionalEventData }: Recorded): DecisionView | undefined {
  const decision = additionalEventData?.decision
  if (!decision) return undefined
  const { outcome, action, missing, policyKind, policyName, statement, sid } = decision
  const isBy = policyKind !== undefined && policyName !== undefined && statement !== undefined
  const By = {
    PolicyKind: policyKind ?? '',
    PolicyName: policyName ?? '',
    Statement: statement ?? 0,
  }
  return {
    Outcome: outcome,
    Action: action,
    Missing: missing,
    By: isBy ? { ...By, Sid: sid } : undefined,
  }
}

/** Who called, by what does not change; `undefined` for whoever has no identity here. */
export function whoIn({ userIdentity }: Recorded, account: AccountId): Who | undefined {
  const { type, principalId = '', sessionContext } = userIdentity
  const session = sessionContext && {
    sessionName: principalId.slice(principalId.indexOf(':') + 1),
    issuedAt: Date.parse(sessionContext.attributes.creationDate),
    ...(sessionContext.sourceIdentity && { sourceIdentity: sessionContext.sourceIdentity }),
    ...(sessionContext.webIdFederationData && {
      federatedProvider: sessionContext.webIdFederationData.federatedProvider,
    }),
  }
  const by = session && { session }
  if (type === 'Root') return { type, account, ...by }
  if (type === 'IAMUser') return { type: 'User', account, id: principalId, ...by }
  const id = sessionContext?.sessionIssuer?.principalId
  return type === 'AssumedRole' && id ? { type: 'Role', account, id, ...by } : undefined
}

/** The circumstances of the call, as far as conditions can ask for them. */
export function circumstancesIn(record: Recorded): Circumstances {
  const { invokedBy } = record.userIdentity
  return {
    at: Date.parse(record.eventTime),
    region: record.awsRegion,
    origin: {
      sourceIp: record.sourceIPAddress,
      userAgent: record.userAgent ?? '',
      secure: record.tlsDetails !== undefined,
      host: '',
    },
    via: invokedBy ? [invokedBy.slice(0, invokedBy.indexOf('.'))] : [],
  }
}
