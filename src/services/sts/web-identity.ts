/**
 * Who brings an identity provider's token: the one proof that takes the place of a signature. The
 * token must be for an audience, and from an issuer, that the role's account has registered.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
 * https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
import { decodeJwt, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { AssumeRoleWithWebIdentityRequest } from '../../contract/generated/sts.ts'
import { isLoopback, Unreachable } from '../../lib/address.ts'
import type { AccountId, Arn } from '../../lib/brand.ts'
import type { Caller, WebIdentity } from '../../lib/caller.ts'
import { isoSeconds, minuteMs, secondMs } from '../../lib/clock.ts'
import { Fault } from '../../lib/fault.ts'
import type { Prove } from '../operation.ts'
import { sessionClaims } from './claims.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { parseRoleArn } from './role.ts'
import { fault, type Identities, type OidcProvider } from './service.ts'

interface Ports {
  readonly identities: Identities
  readonly keys: IssuerKeys
}

/** Throws InvalidIdentityToken and its like unless the token proves who it is about. */
export const proveWebIdentity = ({ identities, keys }: Ports): Prove =>
  async function prove(look, input, at) {
    const { RoleArn, WebIdentityToken, ProviderId } = input as AssumeRoleWithWebIdentityRequest
    if (ProviderId !== undefined) {
      throw fault('ValidationException', 'ProviderId is not supported here: use OpenID Connect.')
    }
    const { account } = parseRoleArn(RoleArn)
    const issuer = issuerOf(WebIdentityToken)
    mustBeSafe(issuer, keys)
    const name = nameOf(issuer)
    const arn = providerArn(account, name)
    const provider = identities.findOidcProvider(look, account, arn)
    if (!provider) throw noProvider(issuer)
    const payload = await verified(keys, issuer, WebIdentityToken, at)
    return callerOf(account, arn, identityOf(name, provider, payload))
  }

const providerArn = (account: AccountId, name: string): Arn =>
  `arn:aws:iam::${account}:oidc-provider/${name}` as Arn

export const noProvider = (issuer: string) =>
  invalid(`No OpenIDConnect provider found in your account for ${issuer}`)

const invalid = (words: string) => fault('InvalidIdentityToken', words)

const nameOf = (issuer: string): string => issuer.slice(issuer.indexOf('://') + 3)

/** Who the token says it is from: nothing but a place to look for keys, until they verify it. */
function issuerOf(token: string): string {
  const issuer = unverified(token).iss
  if (issuer === undefined) throw missing('iss')
  const url = URL.parse(issuer)
  if (url && !url.search && !url.hash && /^https?:\/\//.test(issuer)) return issuer
  throw notJwt()
}

function unverified(token: string): JWTPayload {
  try {
    return decodeJwt(token)
  } catch (thrown) {
    if (thrown instanceof errors.JOSEError) throw notJwt()
    throw thrown
  }
}

const notJwt = () =>
  invalid(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  )

const missing = (claim: string) => invalid(`Missing a required claim: ${claim}`)

/**
 * Plain http only where the operator allowed it. A host without dot or port could be called `aws` or
 * `sts`, and its claims would then read like condition keys of ours.
 */
function mustBeSafe(issuer: string, keys: IssuerKeys): void {
  const { protocol, host, hostname } = new URL(issuer)
  const isPlain = protocol === 'http:' && keys.isPrivate(issuer) && isLoopback(hostname)
  if ((protocol !== 'https:' && !isPlain) || !/[.:]/.test(host)) throw noProvider(issuer)
}

const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
const toleranceSeconds = (5 * minuteMs) / secondMs

async function verified(
  keys: IssuerKeys,
  issuer: string,
  token: string,
  at: number,
): Promise<JWTPayload> {
  const options = {
    issuer,
    algorithms,
    requiredClaims: ['aud', 'exp', 'iat', 'sub'],
    // Clocks differ: a token may be a little younger than our now, but not older than its end.
    clockTolerance: toleranceSeconds,
    currentDate: new Date(at),
  }
  try {
    const payload = await verify(keys, issuer, token, at, options)
    mustLast(payload, at)
    return payload
  } catch (thrown) {
    throw refusalOf(thrown, at)
  }
}

async function verify(
  keys: IssuerKeys,
  issuer: string,
  token: string,
  at: number,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, await keys.of(issuer, at), options)).payload
  } catch (thrown) {
    if (!(thrown instanceof errors.JWKSNoMatchingKey)) throw thrown
    const newer = await keys.newer(issuer, at)
    if (!newer) throw thrown
    return (await jwtVerify(token, newer, options)).payload
  }
}

function mustLast({ exp = 0 }: JWTPayload, at: number): void {
  if (exp * secondMs <= at) throw expired(exp, at)
}

const expired = (exp: number, at: number) =>
  fault(
    'ExpiredTokenException',
    `Token expired: current date/time ${isoSeconds(at)} must be before the expiration date/time ${isoSeconds(exp * secondMs)}`,
  )

/** What jose found, in STS's words; which part of a signature did not hold is not told. */
function refusalOf(thrown: unknown, at: number): unknown {
  if (thrown instanceof Unreachable) {
    return fault(
      'IDPCommunicationError',
      'The identity provider (IDP) that was asked to verify the incoming identity token could not be reached.',
    )
  }
  if (thrown instanceof Fault) return thrown
  if (thrown instanceof errors.JWTExpired) return expired(thrown.payload.exp ?? 0, at)
  if (thrown instanceof errors.JWTClaimValidationFailed && thrown.reason === 'missing') {
    return missing(thrown.claim)
  }
  if (thrown instanceof errors.JWKSNoMatchingKey) {
    return invalid(
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    )
  }
  // Whatever else: a signature that does not hold, or key material that is not fit to be used.
  return invalid('The web identity token that was passed could not be validated.')
}

/** Throws InvalidIdentityToken unless the token is for an audience that the provider is registered with. */
function identityOf(issuer: string, { clientIds }: OidcProvider, payload: JWTPayload): WebIdentity {
  const { aud = [], azp, sub: subject = '' } = payload
  // A token that was given to somebody else to use is judged by whom it was given to.
  const asked = typeof azp === 'string' ? [azp] : [aud].flat()
  const [audience, ...others] = asked.filter((each) => clientIds.includes(each))
  if (audience === undefined) throw invalid('Incorrect token audience')
  const known = others.length > 0 ? [audience, ...others] : audience
  const claims = { ...textsIn(payload), aud: known, oaud: aud, sub: subject }
  return { issuer, subject, audience, claims, ...sessionClaims(payload) }
}

/** The claims that a condition can ask for: texts and lists of texts. */
function textsIn(payload: JWTPayload): Record<string, string | readonly string[]> {
  const texts: Record<string, string | readonly string[]> = Object.create(null)
  for (const [name, value] of Object.entries(payload)) {
    if (typeof value === 'string' || isTexts(value)) texts[name] = value
  }
  return texts
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

function callerOf(account: AccountId, arn: Arn, webIdentity: WebIdentity): Caller {
  const { audience, subject } = webIdentity
  return {
    kind: 'web-identity',
    account,
    arn,
    principalId: `${arn}:${audience}:${subject}`,
    userName: subject,
    tags: {},
    webIdentity,
  }
}
