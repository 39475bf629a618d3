/**
 * The secret that a key shares with the holder of another public key on its curve (ECDH).
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html
 */
import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { useKey } from './key.ts'
import { mustHaveNoRecipient } from './recipient.ts'
import { fault, operation } from './service.ts'
import { mustBeFor, mustNotBeDryRun } from './state.ts'
import { openCurrent } from './symmetric.ts'

export const deriveSharedSecret = operation('DeriveSharedSecret', {
  action: 'kms:DeriveSharedSecret',

  touches(look, input) {
    mustHaveNoRecipient(input)
    return useKey(look, 'DeriveSharedSecret', input, {
      'kms:KeyAgreementAlgorithm': input.KeyAgreementAlgorithm,
    })
  },

  run(rooms, input, key) {
    mustBeFor(key, 'KEY_AGREEMENT', 'DeriveSharedSecret')
    const { key: privateKey } = openCurrent(rooms, key)
    const publicKey = mustBeOnCurve(privateKey, input.PublicKey)
    mustNotBeDryRun(input)
    return {
      KeyId: key.arn,
      SharedSecret: diffieHellman({ privateKey, publicKey }),
      KeyAgreementAlgorithm: input.KeyAgreementAlgorithm,
      KeyOrigin: key.record.origin,
    }
  },
})

/** OpenSSL refuses points that are not on their curve; the curve must be the key's own. */
function mustBeOnCurve(privateKey: KeyObject, der: Uint8Array): KeyObject {
  const publicKey = readPublic(der)
  const curve = privateKey.asymmetricKeyDetails?.namedCurve
  if (!publicKey || publicKey.asymmetricKeyDetails?.namedCurve !== curve) {
    throw fault('ValidationException')
  }
  return publicKey
}

function readPublic(der: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
