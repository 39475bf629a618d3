/**
 * Policies made ready to be asked, once for each record that was read: a record that changed is
 * another object, so that nothing here can be stale.
 */
import { once } from '../../lib/once.ts'
import { type CompiledPolicy, compilePolicy } from '../../policy/compile.ts'
import { readPolicy } from '../../policy/document.ts'
import { arnOf } from './arns.ts'
import { defaultVersionOf } from './managed.ts'
import type { HolderRecord, PolicyRecord, RoleRecord } from './records.ts'
import { boundTrust } from './trust.ts'

type Kind = 'identity' | 'boundary' | 'session'

const compile = (text: string, kind: Kind, name: string): CompiledPolicy =>
  compilePolicy(readPolicy(text, kind), { kind, name })

/** A holder's inline policies. */
export const inlinePolicies = once((holder: HolderRecord): readonly CompiledPolicy[] =>
  Object.entries(holder.policies).map(([name, text]) =>
    compile(text, 'identity', inlineSource(holder, name)),
  ),
)

/** How an explanation names an inline policy. */
export const inlineSource = ({ kind, name }: HolderRecord, policyName: string): string =>
  `${kind}/${name}/${policyName}`

const managed = (kind: Kind) =>
  once((policy: PolicyRecord) => compile(defaultVersionOf(policy).text, kind, arnOf(policy)))

/** A managed policy in force, as each of the places where one may stand. */
export const managedPolicy: Readonly<Record<Kind, (policy: PolicyRecord) => CompiledPolicy>> = {
  identity: managed('identity'),
  boundary: managed('boundary'),
  session: managed('session'),
}

/** Who may assume a role, by unique ids. */
export const trustPolicy = once(
  (role: RoleRecord): CompiledPolicy =>
    compilePolicy(boundTrust(role.trust), { kind: 'trust', name: arnOf(role) }),
)

const textsMax = 1_000
const sessionTexts = new Map<string, CompiledPolicy>()

/** A session's inline policy. They come with each request, so that a bounded number is kept. */
export function sessionPolicy(text: string): CompiledPolicy {
  const known = sessionTexts.get(text)
  const policy = known ?? compile(text, 'session', 'session policy')
  sessionTexts.delete(text)
  sessionTexts.set(text, policy)
  for (const oldest of sessionTexts.keys()) {
    if (sessionTexts.size <= textsMax) break
    sessionTexts.delete(oldest)
  }
  return policy
}

/** Stands for a session policy that is gone: a session must not grow by its policy's deletion. */
export const nothingAllowed: CompiledPolicy = {
  source: { kind: 'session', name: 'a deleted policy' },
  statements: [],
  denies: [],
  allows: [],
}
