/**
 * How many of what the account has, and may have. Counts are about right while they change.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
import { anything } from '../../operation.ts'
import { quotas } from '../quotas.ts'
import { operation } from '../service.ts'

const kinds = [
  ['Users', 'user'],
  ['Groups', 'group'],
  ['Roles', 'role'],
  ['Policies', 'policy'],
  ['InstanceProfiles', 'profile'],
  ['Providers', 'provider'],
] as const

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
    const record = identities.findAccount(account)
    return {
      SummaryMap: {
        ...Object.fromEntries(await Promise.all(counted)),
        ...quotas,
        AccountAccessKeysPresent: record?.rootAccessKeyIds.length ? 1 : 0,
      },
    }
  },
})
