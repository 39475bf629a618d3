/** Users: the operations. */
import type { Operation } from '../../operation.ts'
import { attachUserPolicy } from './attachUserPolicy.ts'
import { createUser } from './createUser.ts'
import { deleteUser } from './deleteUser.ts'
import { deleteUserPermissionsBoundary } from './deleteUserPermissionsBoundary.ts'
import { deleteUserPolicy } from './deleteUserPolicy.ts'
import { detachUserPolicy } from './detachUserPolicy.ts'
import { getUser } from './getUser.ts'
import { getUserPolicy } from './getUserPolicy.ts'
import { listAttachedUserPolicies } from './listAttachedUserPolicies.ts'
import { listGroupsForUser } from './listGroupsForUser.ts'
import { listUserPolicies } from './listUserPolicies.ts'
import { listUsers } from './listUsers.ts'
import { listUserTags } from './listUserTags.ts'
import { putUserPermissionsBoundary } from './putUserPermissionsBoundary.ts'
import { putUserPolicy } from './putUserPolicy.ts'
import { tagUser } from './tagUser.ts'
import { untagUser } from './untagUser.ts'
import { updateUser } from './updateUser.ts'

export const users: readonly Operation[] = [
  attachUserPolicy,
  createUser,
  deleteUser,
  deleteUserPermissionsBoundary,
  deleteUserPolicy,
  detachUserPolicy,
  getUser,
  getUserPolicy,
  listAttachedUserPolicies,
  listGroupsForUser,
  listUserPolicies,
  listUserTags,
  listUsers,
  putUserPermissionsBoundary,
  putUserPolicy,
  tagUser,
  untagUser,
  updateUser,
]
