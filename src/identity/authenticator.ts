/**
 * Who sent a request: verified over the raw bytes, before anything of it is parsed, or refused. The
 * only maker of `Signed`, which holds nothing but what the signature covers.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
import { sameText } from '../lib/bytes.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { type Claim, readClaim } from '../sigv4/claim.ts'
import { faults } from '../sigv4/faults.ts'
import type { RawRequest } from '../sigv4/request.ts'
import { signatureHolds } from '../sigv4/verify.ts'
import { type Credential, type Credentials, isAccessKeyId, nobody } from './credential.ts'
import { mustFit, type Place } from './place.ts'
import { mustBeCurrent } from './window.ts'

export interface Ports extends Place {
  readonly credentials: Credentials
  readonly clock: Clock
}

/** A request whose sender held the secret of this key. */
export interface Signed {
  readonly accessKeyId: string
  readonly service: string
  readonly region: string
  readonly signedAt: number
  readonly presigned: boolean
  readonly sessionToken?: string
}

/** @param expectedService the service that X-Amz-Target names; `undefined` on the query protocol */
export type Authenticate = (
  request: RawRequest,
  expectedService: string | undefined,
) => Signed | Promise<Signed>

/** Makes the one door: form, place and time first, then the key, the signature, the session. */
export function authenticator(ports: Ports): Authenticate {
  const stranger = nobody()
  const proved = (
    request: RawRequest,
    claim: Claim,
    now: number,
    credential: Credential | undefined,
  ) => {
    const { day, region, service } = claim.scope
    const key = (credential ?? stranger).signingKey(day, region, service)
    const holds = signatureHolds(claim, request.body, key)
    if (!credential) throw faults.unknownClient()
    if (!holds) throw faults.mismatch()
    mustHoldSession(credential, claim, now)
    return signed(claim)
  }
  return (request, expectedService) => {
    const claim = readClaim(request)
    mustFit(ports, claim, request, expectedService)
    const now = ports.clock.now()
    mustBeCurrent(claim, now)
    const { accessKeyId, sessionToken } = claim
    if (!isAccessKeyId(accessKeyId)) return proved(request, claim, now, undefined)
    const found = ports.credentials.find(accessKeyId, sessionToken)
    return found instanceof Promise
      ? found.then((credential) => proved(request, claim, now, credential))
      : proved(request, claim, now, found)
  }
}

/** Whether headers alone could be those of somebody we know. Nothing of them is believed by that. */
export type MayCome = (request: RawRequest) => Promise<boolean>

/**
 * For bodies that are too long to be read for just anybody: the form of the claim, its place and time,
 * and that its key exists. The signature is verified once the body is there.
 */
export function gatekeeper(ports: Ports): MayCome {
  return async (request) => {
    try {
      const claim = readClaim(request)
      mustFit(ports, claim, request, undefined)
      mustBeCurrent(claim, ports.clock.now())
      const { accessKeyId, sessionToken } = claim
      if (!isAccessKeyId(accessKeyId)) return false
      return (await ports.credentials.find(accessKeyId, sessionToken)) !== undefined
    } catch (thrown) {
      if (thrown instanceof Fault) return false
      throw thrown
    }
  }
}

/** The token must be the one that was given with the key; a long-term key goes with none at all. */
function mustHoldSession({ token, expiresAt }: Credential, claim: Claim, now: number): void {
  const sent = claim.sessionToken
  const eitherLacks = token === undefined || sent === undefined
  const isTheirs = eitherLacks ? token === sent : sameText(token, sent)
  if (!isTheirs) throw faults.unknownClient()
  if (expiresAt !== undefined && now >= expiresAt) throw faults.tokenExpired()
}

function signed({ accessKeyId, scope, date, presigned, sessionToken }: Claim): Signed {
  return {
    accessKeyId,
    service: scope.service,
    region: scope.region,
    signedAt: date.signedAt,
    presigned: presigned !== undefined,
    ...(sessionToken !== undefined && { sessionToken }),
  }
}
