/**
 * Trusts an issuer no more. Sessions that were given for its tokens go on until they end.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
 */
import { done, operation } from '../service.ts'
import { findProvider } from './provider.ts'

export const deleteOpenIDConnectProvider = operation('DeleteOpenIDConnectProvider', {
  action: 'iam:DeleteOpenIDConnectProvider',

  touches(look, { OpenIDConnectProviderArn: arn }) {
    return findProvider(look, arn, {}, `OpenId connect Provider ${arn} cannot be found.`)
  },

  run({ identities, caller }, _input, { record }) {
    identities.removeProvider(caller.account, record)
    return done
  },
})
