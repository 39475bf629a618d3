/** STS: its table of operations and what they are given. */
import { sts as model } from '../../contract/generated/sts.ts'
import type { Caller } from '../../lib/caller.ts'
import { type Service, tableOf } from '../operation.ts'
import { assumeRole } from './assumeRole.ts'
import { assumeRoleWithWebIdentity } from './assumeRoleWithWebIdentity.ts'
import { decodeAuthorizationMessage } from './decodeAuthorizationMessage.ts'
import { getAccessKeyInfo } from './getAccessKeyInfo.ts'
import { getCallerIdentity } from './getCallerIdentity.ts'
import { getFederationToken } from './getFederationToken.ts'
import { getSessionToken } from './getSessionToken.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import type { Identities, Rooms } from './service.ts'
import type { SessionTokens } from './tokens.ts'
import { proveWebIdentity } from './web-identity.ts'

export function sts(tokens: SessionTokens, identities: Identities, keys: IssuerKeys): Service {
  return {
    model,
    internalCode: 'InternalFailure',
    operations: tableOf([
      assumeRole,
      assumeRoleWithWebIdentity,
      decodeAuthorizationMessage,
      getAccessKeyInfo,
      getCallerIdentity,
      getFederationToken,
      getSessionToken,
    ]),
    proofs: new Map([[assumeRoleWithWebIdentity.name, proveWebIdentity({ identities, keys })]]),
    admits,
    rooms: ({ attempt: look, caller, draws, refusal }): Rooms => ({
      caller,
      look,
      identities,
      tokens,
      draws,
      refusal,
    }),
  }
}

/**
 * What a user's own session, without MFA, and a federated user may ask of STS at all.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
function admits({ kind, session }: Caller, operation: string): boolean {
  if (!session || kind === 'role-session' || operation === 'GetCallerIdentity') return true
  if (operation === 'GetSessionToken' || operation === 'GetFederationToken') return true
  return kind !== 'federated-user' && operation === 'AssumeRole'
}
