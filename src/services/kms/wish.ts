/** What kind of key a CreateKey asks for. What cannot be is refused, never made as something else. */
import type { CreateKeyRequest, KeySpec, KeyUsageType } from '../../contract/generated/kms.ts'
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
