/** Both keys of a re-encryption: that of the ciphertext, and the one where it goes. */
import type { ReEncryptRequest } from '../../contract/generated/kms.ts'
import { Absent } from '../operation.ts'
import { useKey } from './key.ts'
import { keyOfBlob } from './origin.ts'
import type { Look } from './service.ts'
import { symmetric } from './spec.ts'
import type { Key } from './subject.ts'

/** The source, with its destination. Both are told whether they are one and the same. */
export function findEnds(
  look: Look,
  input: ReEncryptRequest,
): (Key & { readonly destination: Key | Absent }) | Absent {
  const source = findSource(look, input)
  if (source instanceof Absent) return source
  const destination = useKey(look, 'ReEncryptTo', {
    KeyId: input.DestinationKeyId,
    EncryptionContext: input.DestinationEncryptionContext,
    GrantTokens: input.GrantTokens,
  })
  const same = { 'kms:ReEncryptOnSameKey': String(source.arn === destination.arn) }
  const told = <T extends Key>(key: T): T => ({ ...key, context: { ...key.context, ...same } })
  return {
    ...told(source),
    destination: destination instanceof Absent ? destination : told(destination),
  }
}

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

/** The symmetric one, unless told otherwise. */
export const algorithmsOf = (input: ReEncryptRequest) => ({
  source: input.SourceEncryptionAlgorithm ?? symmetric,
  destination: input.DestinationEncryptionAlgorithm ?? symmetric,
})
