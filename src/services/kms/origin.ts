/** Which key a ciphertext is of: the one that the caller names, or the one that it says itself. */
import type { GrantOperation } from '../../contract/generated/kms.ts'
import type { AccountId } from '../../lib/brand.ts'
import { Absent } from '../operation.ts'
import { absentKey, useKey, useKeyOf } from './key.ts'
import { fault, type Look } from './service.ts'
import type { Key, Reach, Use } from './subject.ts'
import { invalidCiphertext } from './symmetric.ts'

/**
 * The key of a ciphertext. One that we never made, or that was altered where it says its key, is
 * refused at once; that of a key which is not there, or not the caller's to use, reads the same.
 */
export function keyOfBlob(
  look: Look,
  grant: GrantOperation,
  blob: Uint8Array | undefined,
  use: Omit<Use, 'KeyId'> & { readonly KeyId?: string | undefined },
  context: Reach['context'],
): Key | Absent {
  if (use.KeyId !== undefined) return useKey(look, grant, { ...use, KeyId: use.KeyId }, context)
  const reference = blob && look.materials.referenceIn(blob)
  if (!reference) throw invalidCiphertext()
  const shelf = { account: reference.account as AccountId, region: look.region }
  const reach = { context, refused: unreachable }
  const key = useKeyOf(look, grant, shelf, reference.keyId, use, reach)
  if (!(key instanceof Absent)) return key
  return new Absent(
    { ...absentKey(look, shelf, reference.keyId), refused: unreachable },
    unreachable(),
  )
}

const unreachable = () =>
  fault(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  )
