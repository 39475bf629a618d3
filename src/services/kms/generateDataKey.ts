/**
 * A data key, in the clear for immediate use and sealed for keeping.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
 */
import { makeDataKey, mustSayLength } from './data-key.ts'
import { useKey } from './key.ts'
import { mustHaveNoRecipient } from './recipient.ts'
import { operation } from './service.ts'
import { symmetric } from './spec.ts'

export const generateDataKey = operation('GenerateDataKey', {
  action: 'kms:GenerateDataKey',

  touches(look, input) {
    mustHaveNoRecipient(input)
    mustSayLength(input)
    return useKey(look, 'GenerateDataKey', input, { 'kms:EncryptionAlgorithm': symmetric })
  },

  run(rooms, input, key) {
    const { plain, blob, materialId } = makeDataKey(rooms, key, input, 'GenerateDataKey')
    return { CiphertextBlob: blob, Plaintext: plain, KeyId: key.arn, KeyMaterialId: materialId }
  },
})
