/**
 * An issuer and the clients whose tokens count.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
 */
import { operation } from '../service.ts'
import { findProvider } from './provider.ts'

export const getOpenIDConnectProvider = operation('GetOpenIDConnectProvider', {
  action: 'iam:GetOpenIDConnectProvider',
  touches: (look, { OpenIDConnectProviderArn }) => findProvider(look, OpenIDConnectProviderArn),

  run: (_rooms, _input, { record }) => ({
    Url: record.url,
    ClientIDList: record.clientIds,
    ThumbprintList: record.thumbprints,
    CreateDate: record.createdAt,
    Tags: record.tags,
  }),
})
