/** Roles: the operations. */
import type { Operation } from '../../operation.ts'
import { attachRolePolicy } from './attachRolePolicy.ts'
import { createRole } from './createRole.ts'
import { deleteRole } from './deleteRole.ts'
import { deleteRolePermissionsBoundary } from './deleteRolePermissionsBoundary.ts'
import { deleteRolePolicy } from './deleteRolePolicy.ts'
import { detachRolePolicy } from './detachRolePolicy.ts'
import { getRole } from './getRole.ts'
import { getRolePolicy } from './getRolePolicy.ts'
import { listAttachedRolePolicies } from './listAttachedRolePolicies.ts'
import { listRolePolicies } from './listRolePolicies.ts'
import { listRoles } from './listRoles.ts'
import { listRoleTags } from './listRoleTags.ts'
import { putRolePermissionsBoundary } from './putRolePermissionsBoundary.ts'
import { putRolePolicy } from './putRolePolicy.ts'
import { tagRole } from './tagRole.ts'
import { untagRole } from './untagRole.ts'
import { updateAssumeRolePolicy } from './updateAssumeRolePolicy.ts'
import { updateRole } from './updateRole.ts'
import { updateRoleDescription } from './updateRoleDescription.ts'

export const roles: readonly Operation[] = [
  attachRolePolicy,
  createRole,
  deleteRole,
  deleteRolePermissionsBoundary,
  deleteRolePolicy,
  detachRolePolicy,
  getRole,
  getRolePolicy,
  listAttachedRolePolicies,
  listRolePolicies,
  listRoleTags,
  listRoles,
  putRolePermissionsBoundary,
  putRolePolicy,
  tagRole,
  untagRole,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
]
