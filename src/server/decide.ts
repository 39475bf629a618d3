/** The door: asks policy about a caller, an action and a subject, and gives AWS's refusal. */
import type { Caller } from '../lib/caller.ts'
import { isoSeconds, secondMs } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { once } from '../lib/once.ts'
import { buildContext, type Context, type ContextValue, contextOf } from '../policy/context.ts'
import { type Decision, decide, type Question } from '../policy/decide.ts'
import type { Principal } from '../policy/principal.ts'
import { denialWords } from '../policy/words.ts'
import type { Authority, Circumstances, Subject } from '../services/operation.ts'

/** What policy said, and the refusal to answer unless it allowed. */
export interface Verdict {
  readonly action: string
  readonly decision: Decision
  readonly refusal: Fault | undefined
}

/** Whether this authority may do this to that. */
export function judge(
  authority: Authority,
  action: string,
  subject: Subject,
  circumstances: Circumstances,
): Verdict {
  const question = questionOf(authority, action, subject, circumstances)
  const decision = decide(question)
  if (decision.outcome === 'allow') return { action, decision, refusal: undefined }
  const refusal =
    subject.refused?.(action) ??
    new Fault('AccessDeniedException', denialWords(question, decision, subject.shown))
  const verdict = { action, decision, refusal }
  verdicts.set(refusal, verdict)
  return verdict
}

const verdicts = new WeakMap<Fault, Verdict>()

/** The verdict that a refusal comes from; `undefined` for any other fault. */
export const verdictBehind = (fault: Fault): Verdict | undefined => verdicts.get(fault)

/** The question as policy takes it. */
export function questionOf(
  { caller, identity, boundary, session }: Authority,
  action: string,
  subject: Subject,
  circumstances: Circumstances,
): Question {
  const principal = principalOf(caller)
  return {
    principal,
    action,
    resource: subject.arn,
    resourceAccount: subject.account,
    context: buildContext(principal, subject.account, extraOf(caller, subject, circumstances)),
    identity,
    boundary,
    session,
    resourcePolicy: subject.policy,
    grantAllows: subject.grantAllows,
  }
}

/** The request's own keys first: what a subject brings cannot stand in their place. */
function extraOf(caller: Caller, subject: Subject, circumstances: Circumstances): Context {
  const { context = {}, lateContext } = subject
  let own: Context | undefined
  let late: Context | undefined
  return {
    get(key) {
      const read = requestKeys.get(key)
      if (read) return read(circumstances, caller)
      own ??= contextOf(context)
      const value = own.get(key)
      if (value !== undefined || !lateContext) return value
      late ??= contextOf(lateContext())
      return late.get(key)
    },
  }
}

type Read = (request: Circumstances, caller: Caller) => ContextValue | undefined

const serviceHost = (service: string | undefined): string | undefined =>
  service && `${service}.amazonaws.com`

const requestKeys: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['aws:currenttime', ({ at }) => isoSeconds(at)],
  ['aws:epochtime', ({ at }) => String(Math.floor(at / secondMs))],
  // A service that acts on its own comes from no address: the key is absent, not empty.
  ['aws:sourceip', ({ origin }, { source }) => (source ? undefined : origin.sourceIp)],
  ['aws:securetransport', ({ origin }) => String(origin.secure)],
  ['aws:useragent', ({ origin }) => origin.userAgent],
  ['aws:referer', ({ origin }) => origin.referer],
  ['aws:requestedregion', ({ region }) => region],
  // These three are absent for long-term credentials, which IfExists and Null tell apart.
  ['aws:tokenissuetime', (_, { session }) => session && isoSeconds(session.issuedAt)],
  ['aws:multifactorauthpresent', (_, { session }) => session && 'false'],
  ['aws:multifactorauthage', () => undefined],
  ['aws:sourceidentity', (_, { session }) => session?.sourceIdentity],
  // Against the confused deputy: only a service of the house itself brings these two.
  ['aws:sourcearn', (_, { source }) => source?.arn],
  ['aws:sourceaccount', (_, { source }) => source?.account],
  ['aws:federatedprovider', (_, { session }) => session?.federatedProvider],
  ['aws:viaawsservice', ({ via }) => String(via.length > 0)],
  [
    'aws:calledvia',
    ({ via }) => (via.length > 0 ? via.map((each) => `${each}.amazonaws.com`) : undefined),
  ],
  ['aws:calledviafirst', ({ via }) => serviceHost(via[0])],
  ['aws:calledvialast', ({ via }) => serviceHost(via.at(-1))],
  [
    'kms:viaservice',
    ({ via, region }) => (via.length > 0 ? `${via.at(-1)}.${region}.amazonaws.com` : undefined),
  ],
  ['kms:grantisforawsresource', ({ via }) => String(via.length > 0)],
])

const principalOf = once((caller: Caller): Principal => {
  const { kind, arn, account, principalId: userId, userName = '', tags } = caller
  switch (kind) {
    case 'root':
      return { kind, arn, account, tags }
    case 'user':
      return { kind, arn, account, userId, userName, tags }
    case 'role-session':
      return { kind, arn, account, userId, roleArn: caller.roleArn ?? '', tags }
    case 'federated-user': {
      const federatingUserArn = caller.session?.issuer?.arn ?? ''
      return { kind, arn, account, federatingUserArn, userId, tags }
    }
    case 'web-identity':
      return { kind: 'provider', provider: arn }
    case 'service':
      return { kind, service: arn }
  }
})
