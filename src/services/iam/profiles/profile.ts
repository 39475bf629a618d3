/** Instance profiles: records only, since no machine of this house takes its role from one. */
import { arnOf } from '../arns.ts'
import type { ProfileRecord } from '../records.ts'
import type { IdentityReader } from '../store.ts'
import { roleView } from '../views.ts'

/** A profile as answers show it, with its role if it has one. */
export function profileView(identities: IdentityReader, profile: ProfileRecord) {
  const role = profile.roleId === undefined ? undefined : identities.get('role', profile.roleId)
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: arnOf(profile),
    CreateDate: profile.createdAt,
    Roles: role ? [roleView(identities, role)] : [],
  }
}
