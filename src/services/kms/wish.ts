/** What kind of key a CreateKey asks for. What cannot be is refused, never made as something else. */
import { randomUUID } from 'node:crypto'
import type { CreateKeyRequest, KeySpec, KeyUsageType } from '../../contract/generated/kms.ts'
import type { KeyRecord } from './records.ts'
import { fault } from './service.ts'
import { findSpec, symmetric } from './spec.ts'

export type KeyWish = CreateKeyRequest

/** Throws for what this house has no hardware for. */
export function mustBeOffered({ CustomKeyStoreId, Origin, XksKeyId }: KeyWish): void {
  const isOurs = Origin === undefined || Origin === 'AWS_KMS' || Origin === 'EXTERNAL'
  if (isOurs && CustomKeyStoreId === undefined && XksKeyId === undefined) return
  throw fault('UnsupportedOperationException', 'Custom key stores are not supported.')
}

export function chooseSpec({ KeySpec, CustomerMasterKeySpec }: KeyWish): KeySpec {
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) {
    throw fault(
      'ValidationException',
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    )
  }
  const spec = KeySpec ?? CustomerMasterKeySpec ?? symmetric
  if (!findSpec(spec)) {
    throw fault('UnsupportedOperationException', `KeySpec ${spec} is not supported.`)
  }
  return spec
}

/** Symmetric keys need not say what they are for; all others must. */
export function chooseUsage({ KeyUsage }: KeyWish, spec: KeySpec): KeyUsageType {
  if (KeyUsage === undefined && spec !== symmetric) {
    throw fault(
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    )
  }
  const usage = KeyUsage ?? 'ENCRYPT_DECRYPT'
  if (!findSpec(spec)?.usages.includes(usage)) {
    throw fault('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec ${spec}.`)
  }
  return usage
}

/** The id tells a multi-Region key. */
export const newKeyId = (isMultiRegion: boolean): string =>
  isMultiRegion ? `mrk-${randomUUID().replaceAll('-', '')}` : randomUUID()

/** The key as it will be, without material. */
export function recordOf(input: KeyWish, id: string, region: string, at: number): KeyRecord {
  const spec = chooseSpec(input)
  const origin = input.Origin ?? 'AWS_KMS'
  if (origin !== 'AWS_KMS' && origin !== 'EXTERNAL') {
    throw fault('UnsupportedOperationException', 'Custom key stores are not supported.')
  }
  return {
    id,
    spec,
    usage: chooseUsage(input, spec),
    origin,
    description: input.Description ?? '',
    createdAt: at,
    enabled: true,
    tags: input.Tags ?? [],
    aliases: [],
    backings: [],
    policy: input.Policy,
    ...(input.MultiRegion && { family: { primary: region, regions: [region] } }),
  }
}
