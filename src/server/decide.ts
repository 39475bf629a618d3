/**
 * The door: asks policy about a caller, an action and a subject, and gives a Grant or throws AWS's
 * refusal. The only maker of grants; rooms open to nothing else.
 */
import type { Brand } from '../lib/brand.ts'
import type { Caller, Origin } from '../lib/caller.ts'
import { isoSeconds, secondMs } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import { buildContext, type Context, type ContextValue, contextOf } from '../policy/context.ts'
import { decide, type Question } from '../policy/decide.ts'
import type { Principal } from '../policy/principal.ts'
import { denialWords } from '../policy/words.ts'
import type { Subject } from '../services/operation.ts'

/** A caller with the policies attached to it, as IAM's port gives it. */
export interface Authority {
  readonly caller: Caller
  readonly identity: readonly CompiledPolicy[]
  readonly boundary?: CompiledPolicy | undefined
  readonly session?: readonly CompiledPolicy[] | undefined
}

/** What was asked of policy, and of whom it was allowed. */
export type Grant = Brand<{ readonly caller: Caller; readonly subject: Subject }, 'Grant'>

/** What the request itself tells conditions about. */
export interface Circumstances {
  readonly at: number
  readonly region: string
  readonly origin: Origin
  /** The services through which the call came, outermost first. */
  readonly via: readonly string[]
}

/** Throws AccessDeniedException unless this authority may do this to that. */
export function mustBeAllowed(
  authority: Authority,
  action: string | undefined,
  subject: Subject,
  circumstances: Circumstances,
): Grant {
  const grant = { caller: authority.caller, subject } as unknown as Grant
  if (action === undefined) return grant
  const question = questionOf(authority, action, subject, circumstances)
  const decision = decide(question)
  if (decision.outcome === 'allow') return grant
  throw new Fault('AccessDeniedException', denialWords(question, decision, subject.shown))
}

function questionOf(
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
    context: buildContext(principal, subject.account, extraOf(subject, circumstances)),
    identity,
    boundary,
    session,
    resourcePolicy: subject.policy,
  }
}

/** The request's own keys first: what a subject brings cannot stand in their place. */
function extraOf(subject: Subject, circumstances: Circumstances): Context {
  let own: Context | undefined
  return {
    get(key) {
      const read = requestKeys.get(key)
      if (read) return read(circumstances)
      if (!subject.context) return undefined
      own ??= contextOf(subject.context)
      return own.get(key)
    },
  }
}

type Read = (circumstances: Circumstances) => ContextValue | undefined

const serviceHost = (service: string | undefined): string | undefined =>
  service && `${service}.amazonaws.com`

const requestKeys: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['aws:currenttime', ({ at }) => isoSeconds(at)],
  ['aws:epochtime', ({ at }) => String(Math.floor(at / secondMs))],
  ['aws:sourceip', ({ origin }) => origin.sourceIp],
  ['aws:securetransport', ({ origin }) => String(origin.secure)],
  ['aws:useragent', ({ origin }) => origin.userAgent],
  ['aws:requestedregion', ({ region }) => region],
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
])

function principalOf(caller: Caller): Principal {
  const { kind, arn, account, principalId: userId, userName = '', tags } = caller
  switch (kind) {
    case 'root':
      return { kind, arn, account, tags }
    case 'user':
      return { kind, arn, account, userId, userName, tags }
    case 'role-session':
      return { kind, arn, account, userId, roleArn: caller.roleArn ?? '', tags }
    default:
      throw new Error(`no policies are evaluated for a ${kind} yet`)
  }
}
