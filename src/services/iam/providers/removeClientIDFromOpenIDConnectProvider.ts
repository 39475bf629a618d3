/**
 * Removes a client: its tokens count no more. One that is not there is no error.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html
 */
import { done, operation } from '../service.ts'
import { findProvider } from './provider.ts'

export const removeClientIDFromOpenIDConnectProvider = operation(
  'RemoveClientIDFromOpenIDConnectProvider',
  {
    action: 'iam:RemoveClientIDFromOpenIDConnectProvider',
    touches: (look, { OpenIDConnectProviderArn }) => findProvider(look, OpenIDConnectProviderArn),

    run({ identities, caller }, { ClientID }, { record }) {
      identities.putProvider(caller.account, {
        ...record,
        clientIds: record.clientIds.filter((id) => id !== ClientID),
      })
      return done
    },
  },
)
