/**
 * A wrapping key and the token that goes with it, good for a day. The private half stands in the token
 * itself, sealed.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetParametersForImport.html
 */
import { exportPrivate, exportPublic, makePair } from '../../keyring/pairs.ts'
import { base64 } from '../../lib/bytes.ts'
import { dayMs } from '../../lib/clock.ts'
import { mustBeImported, mustBeWrapping } from './import.ts'
import { findKey } from './key.ts'
import { fault, operation } from './service.ts'
import { findSpec } from './spec.ts'
import { mustNotBePendingDeletion } from './state.ts'
import { printImportToken } from './token.ts'

export const getParametersForImport = operation('GetParametersForImport', {
  action: 'kms:GetParametersForImport',

  touches(look, input) {
    mustBeWrapping(input.WrappingAlgorithm)
    return findKey(look, input, {
      context: {
        'kms:WrappingAlgorithm': input.WrappingAlgorithm,
        'kms:WrappingKeySpec': input.WrappingKeySpec,
      },
    })
  },

  async run({ materials, draws }, input, key) {
    mustBeImported(key)
    mustNotBePendingDeletion(key)
    const kind = findSpec(input.WrappingKeySpec)?.material
    if (!kind || 'bytes' in kind) {
      const words = `WrappingKeySpec ${input.WrappingKeySpec} is not supported.`
      throw fault('UnsupportedOperationException', words)
    }
    const pair = await draws.draw('wrapping key', () => makePair(kind))
    const validTo = draws.at + dayMs
    const der = exportPrivate(pair.privateKey)
    const token = printImportToken(materials, {
      shelf: key.shelf,
      keyId: key.record.id,
      algorithm: input.WrappingAlgorithm,
      validTo,
      privateKey: base64(der),
    })
    der.fill(0)
    return {
      KeyId: key.arn,
      ImportToken: token,
      PublicKey: exportPublic(pair.publicKey),
      ParametersValidTo: validTo,
    }
  },
})
