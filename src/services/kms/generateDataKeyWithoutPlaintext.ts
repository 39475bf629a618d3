/**
 * A data key that is sealed only: for whoever prepares it for somebody else.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html
 */
import { makeDataKey } from './data-key.ts'
import { useKey } from './key.ts'
import { operation } from './service.ts'
import { symmetric } from './spec.ts'

const name = 'GenerateDataKeyWithoutPlaintext'

export const generateDataKeyWithoutPlaintext = operation(name, {
  action: 'kms:GenerateDataKeyWithoutPlaintext',

  touches: (look, input) => useKey(look, name, input, { 'kms:EncryptionAlgorithm': symmetric }),

  run(rooms, input, key) {
    const { plain, blob, materialId } = makeDataKey(rooms, key, input, name)
    plain.fill(0)
    return { CiphertextBlob: blob, KeyId: key.arn, KeyMaterialId: materialId }
  },
})
