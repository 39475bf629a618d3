/** What the audit is told of a call: the contract decides which members it may see. */
import { answerRecord } from '../audit/record.ts'
import type { Caller } from '../lib/caller.ts'
import { Fault } from '../lib/fault.ts'
import { once } from '../lib/once.ts'
import type { Operation, Subject } from '../services/operation.ts'
import { redactInput, redactOutput } from '../wire/redact.ts'
import type { Call } from './call.ts'
import { type Verdict, verdictBehind } from './decide.ts'

/**
 * As CloudTrail has it: what changes no state that a Get would show. Cryptographic calls of KMS are
 * among them.
 */
const readOnlyNames =
  /^(?:Get|List|Describe|BatchGet|Lookup|Validate|Simulate|Tail|AssumeRole|Who|Watch|Explain|Lint|Test|Filter|Encrypt$|Decrypt$|ReEncrypt$|Generate(?!Service|Credential)|Sign$|Verify|DeriveSharedSecret$|Decode)/
const isReader = once(({ name }: Operation) => readOnlyNames.test(name))

/** Their answers are told though they only read: credentials are known again by their id. */
const credentialNames = /^(?:AssumeRole|GetSessionToken$|GetFederationToken$)/

/** The record of one answer. */
export function recordOf(
  call: Call,
  caller: Caller,
  eventId: string,
  subject: Subject | undefined,
  verdict: Verdict | undefined,
  outcome: object | Fault,
): object {
  const { service, request, operationName } = call
  const { model } = service
  const known = request.operation
  const isReadOnly = known ? isReader(known) : readOnlyNames.test(operationName)
  const isTold = !isReadOnly || credentialNames.test(operationName)
  return answerRecord({
    eventId,
    requestId: call.requestId,
    at: call.draws.at,
    eventSource: `${model.signingName}.amazonaws.com`,
    eventName: operationName,
    region: call.region,
    apiVersion: model.apiVersion,
    readOnly: isReadOnly,
    caller,
    origin: call.origin,
    parameters: known && redactInput(model, operationName, request.input),
    response:
      known && isTold && !(outcome instanceof Fault)
        ? redactOutput(model, operationName, outcome)
        : undefined,
    error:
      outcome instanceof Fault ? { code: auditCode(outcome), words: outcome.words } : undefined,
    resources: resourcesOf(subject, outcome),
    decision: decisionOf(known?.action, verdict, outcome),
    versionId: isReadOnly ? versionIn(outcome) : undefined,
    invokedBy: call.via.length > 0 ? `${call.via.at(-1)}.amazonaws.com` : undefined,
  })
}

const versionIn = (outcome: object | Fault): string | undefined =>
  'VersionId' in outcome && typeof outcome.VersionId === 'string' ? outcome.VersionId : undefined

/**
 * Which statement decided, or which kind of policy did not allow. An action is named where it is not
 * the operation's own: a call may need more than one.
 */
function decisionOf(
  ownAction: string | undefined,
  verdict: Verdict | undefined,
  answer: object | Fault,
): object | undefined {
  const deciding = (answer instanceof Fault && verdictBehind(answer)) || verdict
  if (!deciding) return undefined
  const { decision } = deciding
  const { outcome } = decision
  const { action } = deciding
  const decided = action === ownAction ? { outcome } : { outcome, action }
  if (outcome === 'implicitDeny') return { ...decided, missing: decision.missing }
  if (!decision.by) return decided
  const { policy, statement, sid } = decision.by
  const by = { policyKind: policy.kind, policyName: policy.name, statement }
  return sid === undefined ? { ...decided, ...by } : { ...decided, ...by, sid }
}

/** CloudTrail says AccessDenied where the JSON wire says AccessDeniedException. */
const auditCode = ({ code }: Fault): string =>
  code === 'AccessDeniedException' ? 'AccessDenied' : code

/** A thing that was made is named by the ARN that it got, not by the one that was decided on. */
function resourcesOf(subject: Subject | undefined, outcome: object | Fault) {
  if (!subject || subject.arn === '*') return []
  const made = 'ARN' in outcome && typeof outcome.ARN === 'string' ? outcome.ARN : undefined
  const { account: accountId, type } = subject
  const ARN = made ?? subject.arn
  return [type === undefined ? { accountId, ARN } : { accountId, type, ARN }]
}
