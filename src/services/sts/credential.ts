/** What identity must know of a temporary key to recognise its holder: all of it is in the token. */
import type { KeyObject } from 'node:crypto'
import { nameOf, type SessionTokens } from './tokens.ts'

/** Keeps derived signing keys, so that a token is opened for its secret once a day and scope. */
interface SigningKeys {
  get(
    name: string,
    scope: { readonly day: string; readonly region: string; readonly service: string },
    openSecret: () => string,
  ): KeyObject
}

/** The credential of a temporary key, ended or not; `undefined` unless the token is that key's. */
export function sessionCredential(
  tokens: SessionTokens,
  signingKeys: SigningKeys,
  accessKeyId: string,
  token: string,
) {
  const session = tokens.open(token)
  if (session?.accessKeyId !== accessKeyId) return undefined
  return {
    accessKeyId,
    token,
    expiresAt: session.expiresAt,
    // By the token, not by the id: ids of temporary keys are not long enough never to meet.
    signingKey: (day: string, region: string, service: string): KeyObject =>
      signingKeys.get(nameOf(token), { day, region, service }, () => tokens.secretOf(token)),
  }
}
