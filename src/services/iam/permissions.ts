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
  async (identities, holder: HolderRecord): Promise<readonly CompiledPolicy[]> => {
    const policies = [...inlinePolicies(holder)]
    for (const attached of holder.attached) {
      policies.push(managedPolicy.identity(await getAttached(identities, attached)))
    }
    const groups = holder.kind === 'user' ? await groupsOf(identities, holder) : []
    for (const group of groups) policies.push(...(await permissionsOf(identities, group)))
    return policies
  },
)

/** The groups of a user, which cannot be deleted while it is in them. */
export async function groupsOf(
  identities: IdentityReader,
  user: UserRecord,
): Promise<GroupRecord[]> {
  const groups: GroupRecord[] = []
  for (const id of user.groupIds) {
    const group = await identities.get('group', id)
    if (!group) throw new Error(`a user in a group that is not there: ${id}`)
    groups.push(group)
  }
  return groups
}

export async function boundaryOf(
  identities: IdentityReader,
  { boundary }: BoundedRecord,
): Promise<CompiledPolicy | undefined> {
  return boundary && managedPolicy.boundary(await getAttached(identities, boundary))
}
