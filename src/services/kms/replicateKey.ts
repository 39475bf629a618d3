/**
 * The same key in another region: same id, same material, a policy, tags and aliases of its own. AWS
 * makes it by and by and says `Creating`; here it is ready when it is answered.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
 */
import { anything } from '../operation.ts'
import { mustAlso } from './also.ts'
import { findKey, keyOf } from './key.ts'
import { mustNotLockOut } from './lockout.ts'
import { metadataOf } from './metadata.ts'
import { parseKeyPolicy, policyTextOf } from './policy.ts'
import { copyMaterials, mustBeFree, mustBePrimary, replicaOf } from './replica.ts'
import { membersOf } from './rotation.ts'
import { operation } from './service.ts'
import { mustBeEnabled } from './state.ts'
import { mustHaveFitTags, requestTagContext } from './tags.ts'

export const replicateKey = operation('ReplicateKey', {
  action: 'kms:ReplicateKey',

  touches(look, input) {
    mustHaveFitTags(input.Tags)
    if (input.Policy !== undefined) parseKeyPolicy(input.Policy)
    return findKey(look, input, {
      context: { 'kms:ReplicaRegion': input.ReplicaRegion, ...requestTagContext(input.Tags) },
    })
  },

  run(rooms, input, key) {
    mustAlso(rooms, 'kms:CreateKey', anything(key.account))
    if (input.Tags?.length) mustAlso(rooms, 'kms:TagResource', anything(key.account))
    mustBeEnabled(key)
    const family = mustBePrimary(key)
    const shelf = { account: key.account, region: input.ReplicaRegion }
    mustBeFree(rooms, key, shelf)
    const regions = [...family.regions, shelf.region]
    const replica = replicaOf(key.record, input, { ...family, regions }, rooms.draws.at)
    if (!input.BypassPolicyLockoutSafetyCheck) mustNotLockOut(rooms, keyOf(rooms, shelf, replica))
    copyMaterials(rooms, key, shelf)
    for (const member of membersOf(rooms.keys, key.shelf, key.record)) {
      const joined = { ...member.record, family: { ...family, regions } }
      rooms.keys.put(member.shelf, joined, member.record)
    }
    rooms.keys.put(shelf, replica)
    return {
      ReplicaKeyMetadata: {
        ...metadataOf(shelf, replica),
        KeyState: 'Creating' as const,
        Enabled: false,
      },
      ReplicaPolicy: policyTextOf(shelf, replica),
      ReplicaTags: replica.tags,
    }
  },
})
