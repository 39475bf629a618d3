/**
 * What an identity's own policies are, groups included, read by point reads alone: whatever changes
 * one of them makes an attempt that rests on it run again.
 */
import type { CompiledPolicy } from '../../policy/compile.ts'
import { inlinePolicies, managedPolicy } from './compiled.ts'
import { getAttached } from './managed.ts'
import type { BoundedRecord, GroupRecord, HolderRecord, UserRecord } from './records.ts'
import { IdentityReader } from './store.ts'

/** The policies of a user with its groups, or of a role. */
export const permissionsOf = IdentityReader.derived(
  (identities, holder: HolderRecord): readonly CompiledPolicy[] => {
    const policies = [...inlinePolicies(holder)]
    for (const attached of holder.attached) {
      policies.push(managedPolicy.identity(getAttached(identities, attached)))
    }
    const groups = holder.kind === 'user' ? groupsOf(identities, holder) : []
    for (const group of groups) policies.push(...permissionsOf(identities, group))
    return policies
  },
)

/** The groups of a user, which cannot be deleted while it is in them. */
export function groupsOf(identities: IdentityReader, user: UserRecord): GroupRecord[] {
  const groups: GroupRecord[] = []
  for (const id of user.groupIds) {
    const group = identities.get('group', id)
    if (!group) throw new Error(`a user in a group that is not there: ${id}`)
    groups.push(group)
  }
  return groups
}

export function boundaryOf(
  identities: IdentityReader,
  { boundary }: BoundedRecord,
): CompiledPolicy | undefined {
  return boundary && managedPolicy.boundary(getAttached(identities, boundary))
}
