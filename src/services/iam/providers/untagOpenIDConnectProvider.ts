/**
 * Takes tags from a provider; one that it does not have is no error.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html
 */
import { done, operation } from '../service.ts'
import { requestTagKeys, withoutTags } from '../tags.ts'
import { findProvider } from './provider.ts'

export const untagOpenIDConnectProvider = operation('UntagOpenIDConnectProvider', {
  action: 'iam:UntagOpenIDConnectProvider',
  touches: (look, { OpenIDConnectProviderArn, TagKeys }) =>
    findProvider(look, OpenIDConnectProviderArn, requestTagKeys(TagKeys)),

  run({ identities, caller }, { TagKeys }, { record }) {
    const tags = withoutTags('provider', record.tags, TagKeys)
    identities.putProvider(caller.account, { ...record, tags })
    return done
  },
})
