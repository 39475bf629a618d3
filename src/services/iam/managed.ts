/** Managed policies, of the account or of AWS, as attachments and decisions find them. */
import type { AccountId } from '../../lib/brand.ts'
import { arnOf, placeOf } from './arns.ts'
import { catalogue } from './catalogue.ts'
import type { Attached, PolicyRecord, PolicyVersionRecord } from './records.ts'
import type { IdentityReader } from './store.ts'

/** The policy with that ARN, if it is the account's own or AWS's. */
export function findManaged(
  identities: IdentityReader,
  account: AccountId,
  arn: string,
): PolicyRecord | undefined {
  const known = catalogue.get(arn)
  if (known) return known
  const place = placeOf(arn)
  if (place?.kind !== 'policy' || place.account !== account) return undefined
  const policy = identities.find('policy', account, place.name)
  return policy && arnOf(policy) === arn ? policy : undefined
}

/** The policy behind an attachment, which a deletion cannot take away. */
export function getAttached(identities: IdentityReader, { id, arn }: Attached): PolicyRecord {
  const policy = catalogue.get(arn) ?? identities.get('policy', id)
  if (!policy) throw new Error(`an attached policy is not there: ${arn}`)
  return policy
}

export const attachedOf = (policy: PolicyRecord): Attached => ({
  id: policy.id,
  arn: arnOf(policy),
})

/** The version that is in force. */
export function defaultVersionOf(policy: PolicyRecord): PolicyVersionRecord {
  const version = policy.versions.find(({ id }) => id === policy.defaultVersionId)
  if (!version) throw new Error(`a policy without its default version: ${policy.id}`)
  return version
}
