/**
 * How many of what the account has, and may have. Counts are about right while they change.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
import { anything } from '../../operation.ts'
import { operation } from '../service.ts'

const kinds = [
  ['Users', 'user'],
  ['Groups', 'group'],
  ['Roles', 'role'],
  ['Policies', 'policy'],
  ['InstanceProfiles', 'profile'],
  ['Providers', 'provider'],
] as const

/** What cannot be had here is none, and AWS's quotas. */
const quotas: Readonly<Record<string, number>> = {
  AccessKeysPerUserQuota: 2,
  AccountMFAEnabled: 0,
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GlobalEndpointTokenVersion: 1,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  MFADevices: 0,
  MFADevicesInUse: 0,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1000,
  ServerCertificates: 0,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
}

export const getAccountSummary = operation('GetAccountSummary', {
  action: 'iam:GetAccountSummary',
  touches: ({ caller: { account } }) => anything(account),

  async run({ identities, caller: { account } }) {
    const counted = kinds.map(
      async ([name, kind]): Promise<[string, number]> => [
        name,
        await identities.total(account, kind),
      ],
    )
    const record = await identities.findAccount(account)
    return {
      SummaryMap: {
        ...Object.fromEntries(await Promise.all(counted)),
        ...quotas,
        AccountAccessKeysPresent: record?.rootAccessKeyIds.length ? 1 : 0,
      },
    }
  },
})
