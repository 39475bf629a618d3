/**
 * A small plaintext under a key: symmetric with its encryption context, or RSA.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
 */

import { encryptUnder } from './cipher.ts'
import { useKey } from './key.ts'
import { operation } from './service.ts'
import { symmetric } from './spec.ts'
import { mustBeFor, mustNotBeDryRun } from './state.ts'

export const encrypt = operation('Encrypt', {
  action: 'kms:Encrypt',

  touches: (look, input) =>
    useKey(look, 'Encrypt', input, {
      'kms:EncryptionAlgorithm': input.EncryptionAlgorithm ?? symmetric,
    }),

  run(rooms, input, key) {
    const algorithm = input.EncryptionAlgorithm ?? symmetric
    mustBeFor(key, 'ENCRYPT_DECRYPT', 'Encrypt')
    const seal = encryptUnder(key, algorithm, input.EncryptionContext)
    mustNotBeDryRun(input)
    const { blob } = seal(rooms, input.Plaintext)

    return { CiphertextBlob: blob, KeyId: key.arn, EncryptionAlgorithm: algorithm }
  },
})
