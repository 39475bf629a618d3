/** The text of a managed policy, as it may be put. */
import { charsOf, mustBePolicy } from '../documents.ts'
import { quotas } from '../quotas.ts'
import { fault } from '../service.ts'

const charsMax = quotas.PolicySizeQuota

/** Throws MalformedPolicyDocument or LimitExceeded unless the text may be a managed policy's. */
export function mustBeManagedPolicy(text: string): void {
  mustBePolicy(text)
  if (charsOf(text) <= charsMax) return
  throw fault('LimitExceeded', `Cannot exceed quota for PolicySize: ${charsMax}`)
}
