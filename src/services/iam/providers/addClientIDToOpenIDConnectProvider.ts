/**
 * Adds a client whose tokens count; one that is there already stays.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
 */
import { done, operation } from '../service.ts'
import { findProvider, fitClientIds } from './provider.ts'

export const addClientIDToOpenIDConnectProvider = operation('AddClientIDToOpenIDConnectProvider', {
  action: 'iam:AddClientIDToOpenIDConnectProvider',
  touches: (look, { OpenIDConnectProviderArn }) => findProvider(look, OpenIDConnectProviderArn),

  run({ identities, caller }, { ClientID }, { record }) {
    identities.putProvider(caller.account, {
      ...record,
      clientIds: fitClientIds([...record.clientIds, ClientID]),
    })
    return done
  },
})
