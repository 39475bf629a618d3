/** Policies as the simulator takes them: texts with the names by which its answers call them. */
import { type CompiledPolicy, compilePolicy } from '../../../policy/compile.ts'
import { type PolicyDocument, parsePolicy, readPolicy } from '../../../policy/document.ts'
import { PolicyError } from '../../../policy/error.ts'
import type { PolicyKind } from '../../../policy/statement.ts'
import { defaultVersionOf, getAttached } from '../managed.ts'
import { groupsOf } from '../permissions.ts'
import type { Attached, HolderRecord } from '../records.ts'
import { fault } from '../service.ts'
import type { IdentityReader } from '../store.ts'

export interface Source {
  readonly id: string
  readonly text: string
  readonly document: PolicyDocument
  readonly policy: CompiledPolicy
}

export type SourceKind = Extract<PolicyKind, 'identity' | 'boundary' | 'resource'>

const sourceOf = (id: string, text: string, document: PolicyDocument): Source => ({
  id,
  text,
  document,
  policy: compilePolicy(document, { kind: document.kind, name: id }),
})

/** Policies that the caller handed in. Throws InvalidInput for what is none. */
export const givenSources = (
  member: string,
  texts: readonly string[] = [],
  kind: SourceKind = 'identity',
): Source[] =>
  texts.map((text, at) => {
    const id = `${member}.${at + 1}`
    return sourceOf(id, text, mustParse(id, text, kind))
  })

function mustParse(id: string, text: string, kind: SourceKind): PolicyDocument {
  try {
    return parsePolicy(text, kind)
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown
    throw fault('InvalidInput', `${id}: ${thrown.message}`)
  }
}

/** The policies of a user with its groups, of a group or of a role. */
export async function heldSources(
  identities: IdentityReader,
  holder: HolderRecord,
): Promise<Source[]> {
  const sources = Object.entries(holder.policies).map(([name, text]) => {
    const id = `${holder.kind}_${holder.name}_${name}`
    return sourceOf(id, text, readPolicy(text, 'identity'))
  })
  for (const attached of holder.attached) {
    sources.push(attachedSource(identities, attached, 'identity'))
  }
  const groups = holder.kind === 'user' ? groupsOf(identities, holder) : []
  for (const group of groups) sources.push(...(await heldSources(identities, group)))
  return sources
}

/** A managed policy in force. */
export function attachedSource(
  identities: IdentityReader,
  attached: Attached,
  kind: SourceKind,
): Source {
  const policy = getAttached(identities, attached)
  const { text } = defaultVersionOf(policy)
  return sourceOf(policy.name, text, readPolicy(text, kind))
}
