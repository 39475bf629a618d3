/**
 * Adds tags to a provider, or changes their values.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html
 */
import { done, operation } from '../service.ts'
import { requestTags, withTags } from '../tags.ts'
import { findProvider } from './provider.ts'

export const tagOpenIDConnectProvider = operation('TagOpenIDConnectProvider', {
  action: 'iam:TagOpenIDConnectProvider',
  touches: (look, { OpenIDConnectProviderArn, Tags }) =>
    findProvider(look, OpenIDConnectProviderArn, requestTags(Tags)),

  run({ identities, caller }, { Tags }, { record }) {
    const tags = withTags('provider', record.tags, Tags)
    identities.putProvider(caller.account, { ...record, tags })
    return done
  },
})
