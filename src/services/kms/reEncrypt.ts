/**
 * Takes a ciphertext from one key to another; the plaintext never leaves. Both keys must allow it, each
 * by an action of its own.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
 */
import type { ReEncryptRequest } from '../../contract/generated/kms.ts'
import { Absent } from '../operation.ts'
import { mustAlso } from './also.ts'
import { decryptUnder, encryptUnder } from './cipher.ts'
import { useKey } from './key.ts'
import { keyOfBlob } from './origin.ts'
import { type Look, operation } from './service.ts'
import { symmetric } from './spec.ts'
import { mustBeFor, mustNotBeDryRun } from './state.ts'
import { invalidCiphertext } from './symmetric.ts'

export const reEncrypt = operation('ReEncrypt', {
  action: 'kms:ReEncryptFrom',

  async touches(look, input) {
    const source = await findSource(look, input)
    if (source instanceof Absent) return source
    const destination = await useKey(look, 'ReEncryptTo', {
      KeyId: input.DestinationKeyId,
      EncryptionContext: input.DestinationEncryptionContext,
      GrantTokens: input.GrantTokens,
    })
    const context = { 'kms:ReEncryptOnSameKey': String(source.arn === destination.arn) }
    return {
      ...source,
      context: { ...source.context, ...context },
      destination:
        destination instanceof Absent
          ? destination
          : { ...destination, context: { ...destination.context, ...context } },
    }
  },

  async run(rooms, input, source) {
    const algorithms = algorithmsOf(input)
    const destination = await mustAlso(rooms, 'kms:ReEncryptTo', source.destination)
    mustBeFor(source, 'ENCRYPT_DECRYPT', 'ReEncrypt')
    mustBeFor(destination, 'ENCRYPT_DECRYPT', 'ReEncrypt')
    const open = decryptUnder(source, algorithms.source, input.SourceEncryptionContext)
    const seal = encryptUnder(
      destination,
      algorithms.destination,
      input.DestinationEncryptionContext,
    )
    if (input.CiphertextBlob === undefined) throw invalidCiphertext()
    const opened = await open(rooms, input.CiphertextBlob)
    try {
      mustNotBeDryRun(input)
      const sealed = await seal(rooms, opened.plain)
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

const findSource = (look: Look, input: ReEncryptRequest) =>
  keyOfBlob(
    look,
    'ReEncryptFrom',
    input.CiphertextBlob,
    {
      KeyId: input.SourceKeyId,
      EncryptionContext: input.SourceEncryptionContext,
      GrantTokens: input.GrantTokens,
    },
    { 'kms:EncryptionAlgorithm': algorithmsOf(input).source },
  )

const algorithmsOf = (input: ReEncryptRequest) => ({
  source: input.SourceEncryptionAlgorithm ?? symmetric,
  destination: input.DestinationEncryptionAlgorithm ?? symmetric,
})
