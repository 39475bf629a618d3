/**
 * The public half of a pair, for use outside.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
 */
import type { CustomerMasterKeySpec } from '../../contract/generated/kms.ts'
import { useKey } from './key.ts'
import { algorithmsOf } from './metadata.ts'
import { publicDerOf } from './public-key.ts'
import { operation } from './service.ts'
import { mustBeEnabled } from './state.ts'

export const getPublicKey = operation('GetPublicKey', {
  action: 'kms:GetPublicKey',
  touches: (look, input) => useKey(look, 'GetPublicKey', input),

  run(rooms, _input, key) {
    mustBeEnabled(key)
    const { record, arn } = key
    return {
      KeyId: arn,
      PublicKey: publicDerOf(rooms, key),
      CustomerMasterKeySpec: record.spec as CustomerMasterKeySpec,
      KeySpec: record.spec,
      KeyUsage: record.usage,
      ...algorithmsOf(record),
    }
  },
})
