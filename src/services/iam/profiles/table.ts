/** Instance profiles: the operations. */
import type { Operation } from '../../operation.ts'
import { addRoleToInstanceProfile } from './addRoleToInstanceProfile.ts'
import { createInstanceProfile } from './createInstanceProfile.ts'
import { deleteInstanceProfile } from './deleteInstanceProfile.ts'
import { getInstanceProfile } from './getInstanceProfile.ts'
import { listInstanceProfiles } from './listInstanceProfiles.ts'
import { listInstanceProfilesForRole } from './listInstanceProfilesForRole.ts'
import { listInstanceProfileTags } from './listInstanceProfileTags.ts'
import { removeRoleFromInstanceProfile } from './removeRoleFromInstanceProfile.ts'
import { tagInstanceProfile } from './tagInstanceProfile.ts'
import { untagInstanceProfile } from './untagInstanceProfile.ts'

export const profiles: readonly Operation[] = [
  addRoleToInstanceProfile,
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  listInstanceProfileTags,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  removeRoleFromInstanceProfile,
  tagInstanceProfile,
  untagInstanceProfile,
]
