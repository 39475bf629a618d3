/**
 * The account's OpenID Connect providers.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html
 */
import { providerArn } from '../arns.ts'
import { operation } from '../service.ts'

const providersMax = 1000

export const listOpenIDConnectProviders = operation('ListOpenIDConnectProviders', {
  action: 'iam:ListOpenIDConnectProviders',
  touches: ({ caller: { account } }) => ({ arn: providerArn(account, '*'), account }),

  async run({ identities, caller: { account } }) {
    const items = await identities.listProviders(account, { itemsMax: providersMax })
    const list = items.map(({ record }) => ({ Arn: providerArn(account, record.url) }))
    return { OpenIDConnectProviderList: list }
  },
})
