/**
 * The tags of a provider, by key.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html
 */
import { operation } from '../service.ts'
import { tagPage } from '../tags.ts'
import { findProvider } from './provider.ts'

export const listOpenIDConnectProviderTags = operation('ListOpenIDConnectProviderTags', {
  action: 'iam:ListOpenIDConnectProviderTags',
  touches: (look, { OpenIDConnectProviderArn }) => findProvider(look, OpenIDConnectProviderArn),
  run: (_rooms, input, { record }) => tagPage(record.tags, input),
})
