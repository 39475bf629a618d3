/**
 * The authentication code of a message.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html
 */
import { useKey } from './key.ts'
import { macUnder } from './mac.ts'
import { operation } from './service.ts'
import { mustNotBeDryRun } from './state.ts'

export const generateMac = operation('GenerateMac', {
  action: 'kms:GenerateMac',

  touches: (look, input) =>
    useKey(look, 'GenerateMac', input, { 'kms:MacAlgorithm': input.MacAlgorithm }),

  run(rooms, input, key) {
    const mac = macUnder(key, input.MacAlgorithm, 'GenerateMac')
    mustNotBeDryRun(input)
    return {
      Mac: mac(rooms, input.Message),
      MacAlgorithm: input.MacAlgorithm,
      KeyId: key.arn,
    }
  },
})
