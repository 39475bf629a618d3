/**
 * The same key in another region: same id, same material, a policy, tags and aliases of its own. AWS
 * makes it by and by and says `Creating`; here it is ready when it is answered.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
 */
import type { ReplicateKeyRequest } from '../../contract/generated/kms.ts'
import { partitionOf } from '../../lib/arn.ts'
import { anything } from '../operation.ts'
import { mustAlso } from './also.ts'
import { findKey, keyOf } from './key.ts'
import { mustNotLockOut } from './lockout.ts'
import { metadataOf } from './metadata.ts'
import { parseKeyPolicy, policyTextOf } from './policy.ts'
import type { Family, KeyRecord, Shelf } from './records.ts'
import { membersOf } from './rotation.ts'
import { fault, operation, type Rooms } from './service.ts'
import { mustBeEnabled } from './state.ts'
import type { Key } from './subject.ts'
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

  async run(rooms, input, key) {
    await mustAlso(rooms, 'kms:CreateKey', anything(key.account))
    if (input.Tags?.length) await mustAlso(rooms, 'kms:TagResource', anything(key.account))
    mustBeEnabled(key)
    const family = mustBePrimary(key)
    const shelf = { account: key.account, region: input.ReplicaRegion }
    await mustBeFree(rooms, key, shelf)
    const regions = [...family.regions, shelf.region]
    const replica = replicaOf(key.record, input, { ...family, regions }, rooms.draws.at)
    if (!input.BypassPolicyLockoutSafetyCheck) mustNotLockOut(rooms, keyOf(rooms, shelf, replica))
    await copyMaterials(rooms, key, shelf)
    for (const member of await membersOf(rooms.keys, key.shelf, key.record)) {
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

function mustBePrimary({ arn, shelf, record: { family } }: Key): Family {
  if (family?.primary === shelf.region) return family
  throw fault('UnsupportedOperationException', `${arn} is not a multi-region primary key.`)
}

async function mustBeFree({ keys, regions }: Rooms, key: Key, shelf: Shelf): Promise<void> {
  const { region } = shelf
  if (!regions.has(region) || partitionOf(region) !== partitionOf(key.shelf.region)) {
    throw fault('ValidationException', `Region ${region} is not one of this deployment.`)
  }
  if (!(await keys.find(shelf, key.record.id))) return
  throw fault(
    'AlreadyExistsException',
    `Unable to replicate key ${key.arn} to region ${region}, as the key already exists there`,
  )
}

/** Imported material is not copied: its owner imports it into each replica. */
async function copyMaterials({ keys }: Rooms, { shelf, record }: Key, to: Shelf): Promise<void> {
  if (record.origin === 'EXTERNAL') return
  for (const { id } of record.backings) {
    const material = await keys.findMaterial(shelf, record.id, id)
    if (!material) throw new Error(`the material of key ${record.id} is missing`)
    keys.putMaterial(to, record.id, id, { ...material })
  }
}

function replicaOf(
  primary: KeyRecord,
  input: ReplicateKeyRequest,
  family: Family,
  at: number,
): KeyRecord {
  const { id, spec, usage, origin, current, backings } = primary
  const isGone = origin === 'EXTERNAL' || undefined
  return {
    id,
    spec,
    usage,
    origin,
    current,
    backings: backings.map((backing) => ({ ...backing, isGone, expiresAt: undefined })),
    family,
    description: input.Description ?? '',
    createdAt: at,
    enabled: true,
    tags: input.Tags ?? [],
    aliases: [],
    policy: input.Policy,
  }
}
