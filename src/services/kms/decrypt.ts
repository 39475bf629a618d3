/**
 * The plaintext of a ciphertext. A symmetric one knows its key; if the caller names a key as well, it
 * must be that one.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
import { decryptUnder } from './cipher.ts'
import { keyOfBlob } from './origin.ts'
import { mustHaveNoRecipient } from './recipient.ts'
import { fault, operation } from './service.ts'
import { symmetric } from './spec.ts'
import { mustBeFor, mustNotBeDryRun } from './state.ts'

export const decrypt = operation('Decrypt', {
  action: 'kms:Decrypt',

  touches(look, input) {
    mustHaveNoRecipient(input)
    if (!input.CiphertextBlob && !ignoresCiphertext(input)) throw missingBlob()
    return keyOfBlob(look, 'Decrypt', input.CiphertextBlob, input, {
      'kms:EncryptionAlgorithm': input.EncryptionAlgorithm ?? symmetric,
    })
  },

  run(rooms, input, key) {
    const algorithm = input.EncryptionAlgorithm ?? symmetric
    mustBeFor(key, 'ENCRYPT_DECRYPT', 'Decrypt')
    const open = decryptUnder(key, algorithm, input.EncryptionContext)
    if (ignoresCiphertext(input)) mustNotBeDryRun(input)
    const { plain, materialId } = open(rooms, input.CiphertextBlob ?? new Uint8Array())
    if (input.DryRun) plain.fill(0)
    mustNotBeDryRun(input)

    return {
      KeyId: key.arn,
      Plaintext: plain,
      EncryptionAlgorithm: algorithm,
      KeyMaterialId: materialId,
    }
  },
})

/** Only a rehearsal may come without the thing itself, and then it must name the key. */
const ignoresCiphertext = (input: {
  readonly DryRun?: boolean | undefined
  readonly DryRunModifiers?: readonly string[] | undefined
  readonly KeyId?: string | undefined
}): boolean =>
  input.DryRun === true &&
  input.KeyId !== undefined &&
  (input.DryRunModifiers?.includes('IGNORE_CIPHERTEXT') ?? false)

const missingBlob = () =>
  fault(
    'ValidationException',
    "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
  )
