/** Members of a multi-Region family: who may be joined, and what a new one takes along. */
import type { ReplicateKeyRequest } from '../../contract/generated/kms.ts'
import { partitionOf } from '../../lib/arn.ts'
import type { Family, KeyRecord, Shelf } from './records.ts'
import { fault, type Rooms } from './service.ts'
import type { Key } from './subject.ts'

/** Throws unless the key is the one from which replicas are made. */
export function mustBePrimary({ arn, shelf, record: { family } }: Key): Family {
  if (family?.primary === shelf.region) return family
  throw fault('UnsupportedOperationException', `${arn} is not a multi-region primary key.`)
}

/** Throws unless the place is one of the deployment and has no such key yet. */
export function mustBeFree({ keys, regions }: Rooms, key: Key, shelf: Shelf): void {
  const { region } = shelf
  if (!regions.has(region) || partitionOf(region) !== partitionOf(key.shelf.region)) {
    throw fault('ValidationException', `Region ${region} is not one of this deployment.`)
  }
  if (!keys.find(shelf, key.record.id)) return
  throw fault(
    'AlreadyExistsException',
    `Unable to replicate key ${key.arn} to region ${region}, as the key already exists there`,
  )
}

/** Imported material is not copied: its owner imports it into each replica. */
export function copyMaterials({ keys }: Rooms, { shelf, record }: Key, to: Shelf): void {
  if (record.origin === 'EXTERNAL') return
  for (const { id } of record.backings) {
    const material = keys.findMaterial(shelf, record.id, id)
    if (!material) throw new Error(`the material of key ${record.id} is missing`)
    keys.putMaterial(to, record.id, id, { ...material })
  }
}

/** The new member, before its first commit. */
export function replicaOf(
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
