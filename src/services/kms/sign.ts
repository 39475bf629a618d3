/**
 * A signature over a message, or over a digest that the caller made of a larger one.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
import { useKey } from './key.ts'
import { operation } from './service.ts'
import { signerOf, signingContext } from './signing.ts'
import { mustNotBeDryRun } from './state.ts'
import { openCurrent } from './symmetric.ts'

export const sign = operation('Sign', {
  action: 'kms:Sign',
  touches: (look, input) => useKey(look, 'Sign', input, signingContext(input)),

  async run(rooms, input, key) {
    const signer = signerOf(key, input, 'Sign')
    mustNotBeDryRun(input)
    const { key: privateKey } = openCurrent(rooms, key)
    return {
      KeyId: key.arn,
      Signature: await signer.sign(privateKey),
      SigningAlgorithm: input.SigningAlgorithm,
    }
  },
})
