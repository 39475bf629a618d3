/** Everything about an identity or a policy, as GetAccountAuthorizationDetails tells it. */
import { attachedView } from '../attachments.ts'
import { shownDocument } from '../documents.ts'
import { lastUseOf } from '../keys/last-use.ts'
import { groupsOf } from '../permissions.ts'
import { policyView, versionWithText } from '../policies/policy.ts'
import { profileView } from '../profiles/profile.ts'
import type { GroupRecord, HolderRecord, PolicyRecord, RoleRecord, UserRecord } from '../records.ts'
import type { IdentityReader } from '../store.ts'
import { shownTags } from '../tags.ts'
import { groupView, roleView, shownBoundary, userView } from '../views.ts'

const inlineDetails = ({ policies }: HolderRecord) =>
  Object.entries(policies).map(([name, text]) => ({
    PolicyName: name,
    PolicyDocument: shownDocument(text),
  }))

const attachedDetails = ({ attached }: HolderRecord) => ({
  AttachedManagedPolicies: attached.map(attachedView),
})

export const userDetail = async (identities: IdentityReader, user: UserRecord) => ({
  ...userView(user),
  UserPolicyList: inlineDetails(user),
  GroupList: (await groupsOf(identities, user)).map(({ name }) => name),
  ...attachedDetails(user),
  ...shownBoundary(user),
  ...shownTags(user.tags),
})

export const groupDetail = (group: GroupRecord) => ({
  ...groupView(group),
  GroupPolicyList: inlineDetails(group),
  ...attachedDetails(group),
})

const profilesMax = 1000

export async function roleDetail(identities: IdentityReader, role: RoleRecord) {
  const { account, id } = role
  const holders = await identities.listHolders(account, 'profile', id, { itemsMax: profilesMax })
  const profiles = holders.flatMap(({ record }) => (record?.kind === 'profile' ? [record] : []))
  const last = await lastUseOf(identities, id)
  return {
    ...(await roleView(identities, role)),
    InstanceProfileList: await Promise.all(profiles.map((each) => profileView(identities, each))),
    RolePolicyList: inlineDetails(role),
    ...attachedDetails(role),
    ...shownBoundary(role),
    ...shownTags(role.tags),
    RoleLastUsed: last ? { LastUsedDate: last.at, Region: last.region } : {},
  }
}

export const policyDetail = async (
  identities: IdentityReader,
  account: PolicyRecord['account'],
  policy: PolicyRecord,
) => ({
  ...(await policyView(identities, account, policy)),
  ...(policy.description !== undefined && { Description: policy.description }),
  PolicyVersionList: policy.versions.toReversed().map((each) => versionWithText(policy, each)),
})
