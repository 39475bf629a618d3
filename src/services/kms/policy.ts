/**
 * Key policies. A key trusts nobody by itself: AWS's default policy leaves it to the account's IAM
 * policies, that of a service-made key admits whoever comes through the service.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
 */
import { partitionOf } from '../../lib/arn.ts'
import { once } from '../../lib/once.ts'
import { type CompiledPolicy, compilePolicy } from '../../policy/compile.ts'
import { parsePolicy, readPolicy } from '../../policy/document.ts'
import { PolicyError } from '../../policy/error.ts'
import { managedPolicy, printPolicy } from './managed.ts'
import type { KeyRecord, Shelf } from './records.ts'
import { fault } from './service.ts'

/** The only name that a key policy has. */
export const policyName = 'default'

/** The text of a key's policy. */
export function policyTextOf(shelf: Shelf, record: KeyRecord): string {
  if (record.policy !== undefined) return record.policy
  return record.service ? managedPolicy(record.service, shelf) : defaultPolicy(shelf)
}

export const defaultPolicy = ({ account, region }: Shelf): string =>
  printPolicy('key-default-1', [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partitionOf(region)}:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ])

/** A key's policy, compiled once for each record that was read. */
export const policyOf = once((record: KeyRecord, shelf: Shelf): CompiledPolicy => {
  const isOwn = record.policy !== undefined || record.service !== undefined
  return isOwn ? compileKeyPolicy(policyTextOf(shelf, record)) : defaultPolicyOf(shelf)
})

const defaultsMax = 1024
const defaults = new Map<string, CompiledPolicy>()

/** The default policy of an account's keys; also that of a key that does not exist. */
export function defaultPolicyOf(shelf: Shelf): CompiledPolicy {
  const place = `${partitionOf(shelf.region)}:${shelf.account}`
  const known = defaults.get(place)
  if (known) return known
  if (defaults.size >= defaultsMax) defaults.clear()
  const policy = compileKeyPolicy(defaultPolicy(shelf))
  defaults.set(place, policy)
  return policy
}

const source = { kind: 'key', name: policyName } as const

const compileKeyPolicy = (text: string): CompiledPolicy =>
  compilePolicy(readPolicy(text, 'key'), source)

/** A policy that somebody hands in. Throws MalformedPolicyDocumentException. */
export function parseKeyPolicy(text: string): CompiledPolicy {
  try {
    return compilePolicy(parsePolicy(text, 'key'), source)
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown
    throw fault('MalformedPolicyDocumentException', thrown.message)
  }
}

/** Throws NotFoundException for a name that no policy has. */
export function mustBePolicyName(name: string = policyName): void {
  if (name !== policyName) throw fault('NotFoundException', 'No such policy exists')
}
