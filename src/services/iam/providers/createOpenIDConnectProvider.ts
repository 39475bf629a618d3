/**
 * Trusts an issuer of OpenID Connect tokens; which roles its tokens may assume their trust policies say.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
import { providerArn } from '../arns.ts'
import { fault, operation } from '../service.ts'
import { fitTags, requestTags, shownTags } from '../tags.ts'
import { fitClientIds, fitThumbprints, mustBeIssuer, providerToBe } from './provider.ts'

const providersMax = 100

export const createOpenIDConnectProvider = operation('CreateOpenIDConnectProvider', {
  action: 'iam:CreateOpenIDConnectProvider',
  touches: ({ caller: { account } }, { Url, Tags }) =>
    providerToBe(account, mustBeIssuer(Url), requestTags(Tags)),

  async run({ identities, caller: { account }, draws }, input) {
    const url = mustBeIssuer(input.Url)
    const tags = fitTags('provider', input.Tags)
    const clientIds = fitClientIds(input.ClientIDList)
    const thumbprints = fitThumbprints(input.ThumbprintList)
    if (identities.findProvider(account, url)) {
      throw fault('EntityAlreadyExists', `Provider with url ${input.Url} already exists.`)
    }
    if ((await identities.total(account, 'provider')) >= providersMax) {
      const quota = 'OpenIdConnectProvidersPerAccount'
      throw fault('LimitExceeded', `Cannot exceed quota for ${quota}: ${providersMax}`)
    }
    identities.addProvider(account, { url, clientIds, thumbprints, createdAt: draws.at, tags })
    return { OpenIDConnectProviderArn: providerArn(account, url), ...shownTags(tags) }
  },
})
