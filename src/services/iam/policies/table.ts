/** Managed policies: the operations. */
import type { Operation } from '../../operation.ts'
import { createPolicy } from './createPolicy.ts'
import { createPolicyVersion } from './createPolicyVersion.ts'
import { deletePolicy } from './deletePolicy.ts'
import { deletePolicyVersion } from './deletePolicyVersion.ts'
import { getPolicy } from './getPolicy.ts'
import { getPolicyVersion } from './getPolicyVersion.ts'
import { listEntitiesForPolicy } from './listEntitiesForPolicy.ts'
import { listPolicies } from './listPolicies.ts'
import { listPolicyTags } from './listPolicyTags.ts'
import { listPolicyVersions } from './listPolicyVersions.ts'
import { setDefaultPolicyVersion } from './setDefaultPolicyVersion.ts'
import { tagPolicy } from './tagPolicy.ts'
import { untagPolicy } from './untagPolicy.ts'

export const policies: readonly Operation[] = [
  createPolicy,
  createPolicyVersion,
  deletePolicy,
  deletePolicyVersion,
  getPolicy,
  getPolicyVersion,
  listEntitiesForPolicy,
  listPolicies,
  listPolicyTags,
  listPolicyVersions,
  setDefaultPolicyVersion,
  tagPolicy,
  untagPolicy,
]
