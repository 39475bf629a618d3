/**
 * An asymmetric pair whose private half is sealed only.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html
 */
import { useKey } from './key.ts'
import { makeDataKeyPair, mustBePairSpec } from './pair.ts'
import { operation } from './service.ts'
import { symmetric } from './spec.ts'

const name = 'GenerateDataKeyPairWithoutPlaintext'

export const generateDataKeyPairWithoutPlaintext = operation(name, {
  action: 'kms:GenerateDataKeyPairWithoutPlaintext',

  touches(look, input) {
    mustBePairSpec(input.KeyPairSpec)
    return useKey(look, name, input, {
      'kms:EncryptionAlgorithm': symmetric,
      'kms:DataKeyPairSpec': input.KeyPairSpec,
    })
  },

  async run(rooms, input, key) {
    const made = await makeDataKeyPair(rooms, key, input, name)
    made.plain.fill(0)
    return {
      PrivateKeyCiphertextBlob: made.blob,
      PublicKey: made.publicKey,
      KeyId: key.arn,
      KeyPairSpec: input.KeyPairSpec,
      KeyMaterialId: made.materialId,
    }
  },
})
