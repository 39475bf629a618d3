/**
 * Whether a signature is of this key over this message. One that is not is an error, never a `false`,
 * so that no program can forget to look.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html
 */
import { useKey } from './key.ts'
import { publicKeyOf } from './public-key.ts'
import { fault, operation } from './service.ts'
import { signerOf, signingContext } from './signing.ts'
import { mustNotBeDryRun } from './state.ts'
import { currentMaterial } from './symmetric.ts'

export const verify = operation('Verify', {
  action: 'kms:Verify',
  touches: (look, input) => useKey(look, 'Verify', input, signingContext(input)),

  run(rooms, input, key) {
    const signer = signerOf(key, input, 'Verify')
    const { record } = currentMaterial(rooms, key)
    if (!signer.verify(publicKeyOf(record), input.Signature)) {
      throw fault('KMSInvalidSignatureException')
    }
    mustNotBeDryRun(input)
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm }
  },
})
