/**
 * Managed policies attached to users, groups and roles. Attaching twice and detaching are answered as
 * AWS answers them: the first like the first time, the second with an error.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage-attach-detach.html
 */
import { placeOf } from './arns.ts'
import { catalogue } from './catalogue.ts'
import { attachedOf, findManaged } from './managed.ts'
import { type PageInput, pageOfList } from './page.ts'
import { quotas } from './quotas.ts'
import type { Attached, HolderKind, HolderRecord } from './records.ts'
import { done, fault, type Rooms } from './service.ts'

const limits: Readonly<Record<HolderKind, readonly [quota: string, max: number]>> = {
  user: ['PoliciesPerUser', quotas.AttachedPoliciesPerUserQuota],
  group: ['PoliciesPerGroup', quotas.AttachedPoliciesPerGroupQuota],
  role: ['PoliciesPerRole', quotas.AttachedPoliciesPerRoleQuota],
}

/** The key by which a policy may limit what is attached. Throws ValidationError for no policy's ARN. */
export function attachContext(arn: string) {
  if (!catalogue.has(arn) && placeOf(arn)?.kind !== 'policy') {
    throw fault('ValidationException', `ARN ${arn} is not valid.`)
  }
  return { 'iam:PolicyARN': arn }
}

export function attach({ identities }: Rooms, holder: HolderRecord, arn: string) {
  const policy = findManaged(identities, holder.account, arn)
  if (!policy) {
    throw fault('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`)
  }
  if (findAttached(holder, arn)) return done
  const [quota, max] = limits[holder.kind]
  if (holder.attached.length >= max) {
    throw fault('LimitExceeded', `Cannot exceed quota for ${quota}: ${max}`)
  }
  const attached = [...holder.attached, attachedOf(policy)]
  identities.replace(holder, { ...holder, attached })
  return done
}

export function detach({ identities }: Rooms, holder: HolderRecord, arn: string) {
  if (!findAttached(holder, arn)) throw fault('NoSuchEntity', `Policy ${arn} was not found.`)
  const attached = holder.attached.filter((each) => each.arn !== arn)
  identities.replace(holder, { ...holder, attached })
  return done
}

const findAttached = ({ attached }: HolderRecord, arn: string): Attached | undefined =>
  attached.find((each) => each.arn === arn)

/** An attachment as answers show it. */
export const attachedView = ({ arn }: Attached) => ({
  PolicyName: placeNameOf(arn),
  PolicyArn: arn,
})

const placeNameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

export function listAttached(
  { attached }: HolderRecord,
  input: PageInput & { readonly PathPrefix?: string | undefined },
) {
  const prefix = input.PathPrefix ?? '/'
  const fitting = attached.filter(({ arn }) => arn.slice(arn.indexOf('/')).startsWith(prefix))
  const { page, rest } = pageOfList(fitting.map(attachedView), input, (view) => view.PolicyName)
  return { AttachedPolicies: page, ...rest }
}
