/**
 * An asymmetric pair: public half, private half in the clear, private half sealed.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html
 */
import { useKey } from './key.ts'
import { makeDataKeyPair, mustBePairSpec } from './pair.ts'
import { mustHaveNoRecipient } from './recipient.ts'
import { operation } from './service.ts'
import { symmetric } from './spec.ts'

export const generateDataKeyPair = operation('GenerateDataKeyPair', {
  action: 'kms:GenerateDataKeyPair',

  touches(look, input) {
    mustHaveNoRecipient(input)
    mustBePairSpec(input.KeyPairSpec)
    return useKey(look, 'GenerateDataKeyPair', input, {
      'kms:EncryptionAlgorithm': symmetric,
      'kms:DataKeyPairSpec': input.KeyPairSpec,
    })
  },

  async run(rooms, input, key) {
    const made = await makeDataKeyPair(rooms, key, input, 'GenerateDataKeyPair')
    return {
      PrivateKeyCiphertextBlob: made.blob,
      PrivateKeyPlaintext: made.plain,
      PublicKey: made.publicKey,
      KeyId: key.arn,
      KeyPairSpec: input.KeyPairSpec,
      KeyMaterialId: made.materialId,
    }
  },
})
