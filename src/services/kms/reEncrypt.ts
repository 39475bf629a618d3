/**
 * Takes a ciphertext from one key to another; the plaintext never leaves. Both keys must allow it, each
 * by an action of its own.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
 */
import { mustAlso } from './also.ts'
import { decryptUnder, encryptUnder } from './cipher.ts'
import { algorithmsOf, findEnds } from './ends.ts'
import { operation } from './service.ts'
import { mustBeFor, mustNotBeDryRun } from './state.ts'
import { invalidCiphertext } from './symmetric.ts'

export const reEncrypt = operation('ReEncrypt', {
  action: 'kms:ReEncryptFrom',

  touches: findEnds,

  run(rooms, input, source) {
    const algorithms = algorithmsOf(input)
    const destination = mustAlso(rooms, 'kms:ReEncryptTo', source.destination)
    mustBeFor(source, 'ENCRYPT_DECRYPT', 'ReEncrypt')
    mustBeFor(destination, 'ENCRYPT_DECRYPT', 'ReEncrypt')
    const open = decryptUnder(source, algorithms.source, input.SourceEncryptionContext)
    const seal = encryptUnder(
      destination,
      algorithms.destination,
      input.DestinationEncryptionContext,
    )
    if (input.CiphertextBlob === undefined) throw invalidCiphertext()
    const opened = open(rooms, input.CiphertextBlob)
    try {
      mustNotBeDryRun(input)
      const sealed = seal(rooms, opened.plain)
      return {
        CiphertextBlob: sealed.blob,
        SourceKeyId: source.arn,
        KeyId: destination.arn,
        SourceEncryptionAlgorithm: algorithms.source,
        DestinationEncryptionAlgorithm: algorithms.destination,
        SourceKeyMaterialId: opened.materialId,
        DestinationKeyMaterialId: sealed.materialId,
      }
    } finally {
      opened.plain.fill(0)
    }
  },
})
