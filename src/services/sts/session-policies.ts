/**
 * What a session is narrowed by: inline and managed session policies, and what the session carries
 * altogether, since all of it travels in the token.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
import type { AccountId } from '../../lib/brand.ts'
import { utf8 } from '../../lib/bytes.ts'
import { parsePolicy } from '../../policy/document.ts'
import { PolicyError } from '../../policy/error.ts'
import { fault, type Rooms } from './service.ts'
import type { SessionTags } from './session-tags.ts'

export interface SessionPolicies {
  readonly policies: readonly string[]
  readonly policyArns: readonly string[]
}

interface Asked {
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}

const policyArnsMax = 10
/** Ours: what is left of a request's headers for the token, before it is sealed and encoded. */
const packedBytesMax = 6144

/** The session policies asked for. Throws MalformedPolicyDocument, ValidationException. */
export function readSessionPolicies(
  { identities, look }: Rooms,
  account: AccountId,
  { Policy, PolicyArns = [] }: Asked,
): SessionPolicies {
  if (Policy !== undefined) mustBeSessionPolicy(Policy)
  if (PolicyArns.length > policyArnsMax) {
    throw invalid(`A session takes at most ${policyArnsMax} policy ARNs.`)
  }
  const policyArns = PolicyArns.map(({ arn = '' }) => arn)
  for (const arn of policyArns) {
    if (identities.hasPolicy(look, account, arn)) continue
    throw invalid(`Policy ${arn} does not exist or is not attachable.`)
  }
  return { policies: Policy === undefined ? [] : [Policy], policyArns }
}

const invalid = (words: string) => fault('ValidationException', words)

function mustBeSessionPolicy(text: string): void {
  try {
    parsePolicy(text, 'session')
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown
    throw thrown.reason === 'size'
      ? tooLarge(
          'Packed policy consumes more than 100% of allotted space, please use smaller policy.',
        )
      : fault('MalformedPolicyDocument', thrown.message)
  }
}

const tooLarge = (words: string) => fault('PackedPolicyTooLarge', words)

/** How much of what a session may carry is used, in percent. Throws PackedPolicyTooLarge. */
export function packedSize(policies: SessionPolicies, tags: SessionTags): number {
  const bytes = utf8(JSON.stringify([policies, tags])).length - emptyBytes
  const percent = Math.ceil((100 * bytes) / packedBytesMax)
  if (percent <= 100) return percent
  const what = policies.policies.length > 0 ? 'policy' : 'size of session tags'
  const advice = policies.policies.length > 0 ? ', please use smaller policy' : ''
  throw tooLarge(`Packed ${what} consumes ${percent}% of allotted space${advice}.`)
}

const emptyBytes = JSON.stringify([
  { policies: [], policyArns: [] },
  { tags: {}, transitiveTagKeys: [] },
]).length
