/**
 * AWS's safety check: a key policy is refused if whoever puts it could not put another one later.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
 */

import { fault, type Rooms } from './service.ts'
import type { Key } from './subject.ts'

/** Throws unless the caller may change the policy of the key as it would be. */
export function mustNotLockOut({ refusal }: Rooms, key: Key): void {
  if (!refusal('kms:PutKeyPolicy', key)) return
  throw fault(
    'MalformedPolicyDocumentException',
    'The new key policy will not allow you to update the key policy in the future.',
  )
}
