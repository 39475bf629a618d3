/**
 * What a claim may be made for: a region and service of this endpoint, the service that the request
 * names elsewhere, a target that the service signs, and of presigned URLs only the one call by which
 * others learn who somebody is.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
import type { Claim } from '../sigv4/claim.ts'
import { faults } from '../sigv4/faults.ts'
import type { RawRequest } from '../sigv4/request.ts'

export interface Place {
  /** True for a scope that this endpoint serves. */
  accepts(service: string, region: string): boolean
  /** For services whose calls are told apart by their path: which raw targets they sign. */
  readonly targets?: ReadonlyMap<string, (target: string) => boolean>
}

/** Throws unless the claim fits the place. @param expectedService what X-Amz-Target names, if anything */
export function mustFit(
  place: Place,
  claim: Claim,
  request: RawRequest,
  expectedService: string | undefined,
): void {
  const { service, region } = claim.scope
  if (expectedService !== undefined && expectedService !== service) {
    throw faults.scopeService(expectedService)
  }
  if (!place.accepts(service, region)) throw faults.scopeRegion()
  if (claim.presigned) mustBeCallerIdentity(claim, request)
  else if (!(place.targets?.get(service) ?? isRoot)(request.target)) throw faults.target()
}

/** `//`, `/./` and `/?` canonicalise to the same, and are not the same to whoever routes by them. */
const isRoot = (target: string): boolean => target === '/'

/**
 * A presigned URL leaves its bearer's hands, so that it may do nothing but tell who made it. With a
 * body, a second Action could stand there.
 */
function mustBeCallerIdentity({ scope, presigned }: Claim, { target, body }: RawRequest): void {
  const asks =
    scope.service === 'sts' && presigned?.parameters.get('Action') === 'GetCallerIdentity'
  if (!asks || body.length > 0) throw faults.presignedCall()
  if (!target.startsWith('/?')) throw faults.target()
}
