/**
 * Every way in which a request can fail to prove who sent it: code and words, as AWS sends them on
 * the JSON protocols. AWS's words that repeat what was sent (the Authorization header, the scope)
 * are given without it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
import { amzDate, minuteMs, secondMs } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'

/** The codes by which a caller is turned away before it has a name. */
export type AuthenticationCode =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'InvalidSignatureException'
  | 'UnrecognizedClientException'
  | 'ExpiredTokenException'

const because = (code: AuthenticationCode, words: string) => (): Fault => new Fault(code, words)

const incomplete = (words: string) => because('IncompleteSignatureException', words)
const invalid = (words: string) => because('InvalidSignatureException', words)

/** One maker of a Fault per reason. */
export const faults = {
  noSignature: because('MissingAuthenticationTokenException', 'Missing Authentication Token'),

  headerTwice: incomplete('A header must not occur more than once in a signed request.'),
  twoSignatures: incomplete(
    "Only one auth mechanism allowed; only the 'X-Amz-Algorithm' query parameter or the Authorization header should be specified.",
  ),
  algorithm: incomplete("Unsupported AWS 'algorithm'."),
  authorizationForm: incomplete('Not a valid key=value pair in Authorization header.'),
  parameterTwice: incomplete('AWS query-string parameters must not occur more than once.'),
  credentialForm: incomplete(
    'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term',
  ),
  /** @param names the fields of the Authorization header that are absent @param dated whether a date was sent */
  authorizationLacks: (names: readonly string[], dated: boolean): Fault => {
    const lacks = names.map((name) => `Authorization header requires '${name}' parameter.`)
    if (!dated) {
      lacks.push(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      )
    }
    return incomplete(lacks.join(' '))()
  },
  /** @param names the parameters that are absent */
  queryLacks: (names: readonly string[]): Fault => {
    const lacks = names.map((name) => `AWS query-string parameters must include '${name}'.`)
    return incomplete(`${lacks.join(' ')} Re-examine the query-string parameters.`)()
  },

  mismatch: invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ),
  dateForm: invalid(
    "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601",
  ),
  scopeDay: invalid(
    'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
  ),
  scopeTerminator: invalid("Credential should be scoped with a valid terminator: 'aws4_request'."),
  /** The blank at the end is AWS's. */
  scopeRegion: invalid('Credential should be scoped to a valid region. '),
  scopeService: (service: string): Fault =>
    invalid(`Credential should be scoped to correct service: '${service}'. `)(),
  signedHeadersForm: invalid(
    "'SignedHeaders' must be lower case, sorted, without repetition, and name headers of the request.",
  ),
  hostUnsigned: invalid(
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  ),
  headerUnsigned: invalid("'x-amz-*' must be a 'SignedHeader' in the AWS Authorization."),
  expiresForm: invalid("'X-Amz-Expires' must be between 1 and 604800 seconds."),
  target: invalid('The request target is not one that this service signs.'),
  presignedCall: invalid('A presigned request can only be GetCallerIdentity of sts, without body.'),

  unknownClient: because(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ),
  tokenExpired: because(
    'ExpiredTokenException',
    'The security token included in the request is expired',
  ),

  /** Both times stand in the words, as AWS's do: they tell a client with a wrong clock how wrong it is. */
  expired: (signedAt: number, now: number, windowMs: number): Fault => {
    const [signed, edge, clock] = [signedAt, now - windowMs, now].map(amzDate)
    return invalid(
      `Signature expired: ${signed} is now earlier than ${edge} (${clock} - ${span(windowMs)})`,
    )()
  },
  notYetCurrent: (signedAt: number, now: number, windowMs: number): Fault => {
    const [signed, edge, clock] = [signedAt, now + windowMs, now].map(amzDate)
    return invalid(
      `Signature not yet current: ${signed} is still later than ${edge} (${clock} + ${span(windowMs)})`,
    )()
  },
} as const

const span = (ms: number): string =>
  ms % minuteMs === 0 ? `${ms / minuteMs} min.` : `${ms / secondMs} sec.`
