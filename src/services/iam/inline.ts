/**
 * Inline policies: documents that belong to one user, group or role.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import { charsOf, mustBePolicy, shownDocument } from './documents.ts'
import { type PageInput, pageOfList } from './page.ts'
import { quotas } from './quotas.ts'
import type { HolderKind, HolderRecord } from './records.ts'
import { done, fault, type Rooms } from './service.ts'

/** For all inline policies of a holder together. */
const charsMax: Readonly<Record<HolderKind, number>> = {
  user: quotas.UserPolicySizeQuota,
  group: quotas.GroupPolicySizeQuota,
  role: quotas.RolePolicySizeQuota,
}

interface Put {
  readonly PolicyName: string
  readonly PolicyDocument: string
}

/** Gives a holder a policy, or another text to one that it has. Holds from the next call on. */
export function putInline(
  { identities }: Rooms,
  holder: HolderRecord,
  { PolicyName, PolicyDocument }: Put,
) {
  mustBePolicy(PolicyDocument)
  const policies = { ...holder.policies, [PolicyName]: PolicyDocument }
  mustFit(holder, policies)
  identities.replace(holder, { ...holder, policies })
  return done
}

function mustFit({ kind, name }: HolderRecord, policies: HolderRecord['policies']): void {
  const max = charsMax[kind]
  const total = Object.values(policies).reduce((sum, text) => sum + charsOf(text), 0)
  if (total <= max) return
  throw fault('LimitExceeded', `Maximum policy size of ${max} bytes exceeded for ${kind} ${name}`)
}

/** A policy as the Get operations show it. */
export const inlineView = (holder: HolderRecord, name: string) => ({
  PolicyName: name,
  PolicyDocument: shownDocument(mustFindInline(holder, name)),
})

/** Takes a policy away. Holds from the next call on. */
export function deleteInline({ identities }: Rooms, holder: HolderRecord, name: string) {
  mustFindInline(holder, name)
  const { [name]: _removed, ...policies } = holder.policies
  identities.replace(holder, { ...holder, policies })
  return done
}

function mustFindInline({ kind, policies }: HolderRecord, name: string): string {
  const text = Object.hasOwn(policies, name) ? policies[name] : undefined
  if (text !== undefined) return text
  throw fault('NoSuchEntity', `The ${kind} policy with name ${name} cannot be found.`)
}

export function listInline({ policies }: HolderRecord, input: PageInput) {
  const { page, rest } = pageOfList(Object.keys(policies), input, (name) => name)
  return { PolicyNames: page, ...rest }
}
