/**
 * What DescribeKey and its like tell of a key: only the algorithms of its own usage.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
 */
import type { CustomerMasterKeySpec, KeyMetadata } from '../../contract/generated/kms.ts'
import { keyArn } from './name.ts'
import type { KeyRecord, Shelf } from './records.ts'
import { specOf, symmetric } from './spec.ts'
import { stateOf } from './state.ts'

export function metadataOf(shelf: Shelf, record: KeyRecord): KeyMetadata {
  const state = stateOf(record)
  return {
    AWSAccountId: shelf.account,
    KeyId: record.id,
    Arn: keyArn(shelf, record.id),
    CreationDate: record.createdAt,
    Enabled: state === 'Enabled',
    Description: record.description,
    KeyUsage: record.usage,
    KeyState: state,
    Origin: record.origin,
    KeyManager: record.service ? 'AWS' : 'CUSTOMER',
    CustomerMasterKeySpec: record.spec as CustomerMasterKeySpec,
    KeySpec: record.spec,
    ...algorithmsOf(record),
    ...importOf(record),
    ...deletionOf(record),
    ...familyOf(shelf, record),
    ...(record.spec === symmetric && { CurrentKeyMaterialId: record.current }),
  }
}

/** The algorithms of a key, for its usage only: AWS has no empty lists. */
export function algorithmsOf({ spec, usage }: KeyRecord) {
  const { encryption, signing, macs } = specOf(spec)
  switch (usage) {
    case 'ENCRYPT_DECRYPT':
      return { EncryptionAlgorithms: encryption }
    case 'SIGN_VERIFY':
      return { SigningAlgorithms: signing }
    case 'GENERATE_VERIFY_MAC':
      return { MacAlgorithms: macs }
    default:
      return { KeyAgreementAlgorithms: ['ECDH'] as const }
  }
}

/** Imported material tells when it runs out. */
function importOf({ origin, backings, current }: KeyRecord): Partial<KeyMetadata> {
  const backing = backings.find(({ id }) => id === current)
  if (origin !== 'EXTERNAL' || !backing || backing.isGone) return {}
  if (backing.expiresAt === undefined) return { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
  return { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: backing.expiresAt }
}

function deletionOf({ deletion }: KeyRecord): Partial<KeyMetadata> {
  if (!deletion) return {}
  const { dueAt, windowDays } = deletion
  return dueAt === undefined ? { PendingDeletionWindowInDays: windowDays } : { DeletionDate: dueAt }
}

function familyOf({ account, region }: Shelf, { id, family }: KeyRecord): Partial<KeyMetadata> {
  if (!family) return { MultiRegion: false }
  const member = (each: string) => ({ Arn: keyArn({ account, region: each }, id), Region: each })
  return {
    MultiRegion: true,
    MultiRegionConfiguration: {
      MultiRegionKeyType: family.primary === region ? 'PRIMARY' : 'REPLICA',
      PrimaryKey: member(family.primary),
      ReplicaKeys: family.regions.filter((each) => each !== family.primary).map(member),
    },
  }
}
