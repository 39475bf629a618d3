/**
 * Whether an authentication code is of this key over this message; one that is not is an error.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html
 */
import { sameBytes } from '../../lib/bytes.ts'
import { useKey } from './key.ts'
import { macUnder } from './mac.ts'
import { fault, operation } from './service.ts'
import { mustNotBeDryRun } from './state.ts'

export const verifyMac = operation('VerifyMac', {
  action: 'kms:VerifyMac',

  touches: (look, input) =>
    useKey(look, 'VerifyMac', input, { 'kms:MacAlgorithm': input.MacAlgorithm }),

  run(rooms, input, key) {
    const mac = macUnder(key, input.MacAlgorithm, 'VerifyMac')
    if (!sameBytes(mac(rooms, input.Message), input.Mac)) {
      throw fault('KMSInvalidMacException')
    }
    mustNotBeDryRun(input)
    return { KeyId: key.arn, MacValid: true, MacAlgorithm: input.MacAlgorithm }
  },
})
