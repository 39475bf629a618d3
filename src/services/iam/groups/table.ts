/** Groups: the operations. */
import type { Operation } from '../../operation.ts'
import { addUserToGroup } from './addUserToGroup.ts'
import { attachGroupPolicy } from './attachGroupPolicy.ts'
import { createGroup } from './createGroup.ts'
import { deleteGroup } from './deleteGroup.ts'
import { deleteGroupPolicy } from './deleteGroupPolicy.ts'
import { detachGroupPolicy } from './detachGroupPolicy.ts'
import { getGroup } from './getGroup.ts'
import { getGroupPolicy } from './getGroupPolicy.ts'
import { listAttachedGroupPolicies } from './listAttachedGroupPolicies.ts'
import { listGroupPolicies } from './listGroupPolicies.ts'
import { listGroups } from './listGroups.ts'
import { putGroupPolicy } from './putGroupPolicy.ts'
import { removeUserFromGroup } from './removeUserFromGroup.ts'
import { updateGroup } from './updateGroup.ts'

export const groups: readonly Operation[] = [
  addUserToGroup,
  attachGroupPolicy,
  createGroup,
  deleteGroup,
  deleteGroupPolicy,
  detachGroupPolicy,
  getGroup,
  getGroupPolicy,
  listAttachedGroupPolicies,
  listGroupPolicies,
  listGroups,
  putGroupPolicy,
  removeUserFromGroup,
  updateGroup,
]
