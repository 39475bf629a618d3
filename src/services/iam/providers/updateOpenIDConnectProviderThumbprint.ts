/**
 * Another list of certificate thumbprints.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html
 */
import { done, operation } from '../service.ts'
import { findProvider, fitThumbprints } from './provider.ts'

export const updateOpenIDConnectProviderThumbprint = operation(
  'UpdateOpenIDConnectProviderThumbprint',
  {
    action: 'iam:UpdateOpenIDConnectProviderThumbprint',
    touches: (look, { OpenIDConnectProviderArn }) => findProvider(look, OpenIDConnectProviderArn),

    run({ identities, caller }, { ThumbprintList }, { record }) {
      identities.putProvider(caller.account, {
        ...record,
        thumbprints: fitThumbprints(ThumbprintList),
      })
      return done
    },
  },
)
