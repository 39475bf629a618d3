/** Everything about an identity or a policy, as GetAccountAuthorizationDetails tells it. */
import { eachOf } from '../../operation.ts'
import { attachedView } from '../attachments.ts'
import { shownDocument } from '../documents.ts'
import { lastUseOf } from '../keys/last-use.ts'
import { groupsOf } from '../permissions.ts'
import { policyView, versionWithText } from '../policies/policy.ts'
import { profileView } from '../profiles/profile.ts'
import type {
  AnyRecord,
  GroupRecord,
  HolderRecord,
  Kind,
  PolicyRecord,
  RoleRecord,
  UserRecord,
} from '../records.ts'
import type { Rooms } from '../service.ts'
import type { IdentityReader } from '../store.ts'
import { shownTags } from '../tags.ts'
import { groupView, roleView, shownBoundary, userView } from '../views.ts'

/** Records sorted into the lists of an answer, each with all that there is to tell. */
export async function detailsOf({ identities, caller }: Rooms, records: readonly AnyRecord[]) {
  const only = <K extends Kind>(kind: K) =>
    records.filter((record): record is Extract<AnyRecord, { kind: K }> => record.kind === kind)
  const policies = eachOf(only('policy'), (policy: PolicyRecord) =>
    policyDetail(identities, caller.account, policy),
  )
  return {
    UserDetailList: eachOf(only('user'), (user) => userDetail(identities, user)),
    GroupDetailList: only('group').map(groupDetail),
    RoleDetailList: await Promise.all(only('role').map((role) => roleDetail(identities, role))),
    Policies: policies,
  }
}

const inlineDetails = ({ policies }: HolderRecord) =>
  Object.entries(policies).map(([name, text]) => ({
    PolicyName: name,
    PolicyDocument: shownDocument(text),
  }))

const attachedDetails = ({ attached }: HolderRecord) => ({
  AttachedManagedPolicies: attached.map(attachedView),
})

const userDetail = (identities: IdentityReader, user: UserRecord) => ({
  ...userView(user),
  UserPolicyList: inlineDetails(user),
  GroupList: groupsOf(identities, user).map(({ name }) => name),
  ...attachedDetails(user),
  ...shownBoundary(user),
  ...shownTags(user.tags),
})

const groupDetail = (group: GroupRecord) => ({
  ...groupView(group),
  GroupPolicyList: inlineDetails(group),
  ...attachedDetails(group),
})

const profilesMax = 1000

async function roleDetail(identities: IdentityReader, role: RoleRecord) {
  const { account, id } = role
  const holders = await identities.listHolders(account, 'profile', id, { itemsMax: profilesMax })
  const profiles = holders.flatMap(({ record }) => (record?.kind === 'profile' ? [record] : []))
  const last = await lastUseOf(identities, id)
  return {
    ...roleView(identities, role),
    InstanceProfileList: eachOf(profiles, (each) => profileView(identities, each)),
    RolePolicyList: inlineDetails(role),
    ...attachedDetails(role),
    ...shownBoundary(role),
    ...shownTags(role.tags),
    RoleLastUsed: last ? { LastUsedDate: last.at, Region: last.region } : {},
  }
}

const policyDetail = (
  identities: IdentityReader,
  account: PolicyRecord['account'],
  policy: PolicyRecord,
) => ({
  ...policyView(identities, account, policy),
  ...(policy.description !== undefined && { Description: policy.description }),
  PolicyVersionList: policy.versions.toReversed().map((each) => versionWithText(policy, each)),
})
