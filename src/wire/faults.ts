/**
 * Faults that every service may answer: what each is called and which status it has, in the JSON
 * protocols and in the query protocol. A service's own errors come from its model. A code that
 * stands in neither is our bug, and leaves as a 500 without words.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
import type { CommonCode, OperationModel, ServiceModel } from '../contract/model.ts'
import type { Fault } from '../lib/fault.ts'

/** What a fault is on the wire. */
export interface Spoken {
  readonly code: string
  readonly status: number
  readonly words: string | undefined
  /** How the JSON protocols spell the message. */
  readonly messageName: 'Message' | 'message'
}

type Family = 'json' | 'query' | 'rest-json'

type Name = readonly [code: string, status: number]

interface Row {
  readonly json: number
  readonly query: Name
  /** Where the rest protocols differ from JSON. */
  readonly rest?: Name
}

const commonFaults: Readonly<Record<CommonCode, Row>> = {
  AccessDeniedException: {
    json: 400,
    query: ['AccessDenied', 403],
    rest: ['AccessDeniedException', 403],
  },
  ExpiredTokenException: {
    json: 400,
    query: ['ExpiredToken', 403],
    rest: ['ExpiredTokenException', 403],
  },
  IncompleteSignatureException: {
    json: 400,
    query: ['IncompleteSignature', 400],
    rest: ['IncompleteSignatureException', 403],
  },
  InternalFailure: { json: 500, query: ['InternalFailure', 500] },
  InvalidParameterValue: { json: 400, query: ['InvalidParameterValue', 400] },
  InvalidSignatureException: {
    json: 400,
    query: ['SignatureDoesNotMatch', 403],
    rest: ['InvalidSignatureException', 403],
  },
  MissingActionException: { json: 400, query: ['MissingAction', 400] },
  MissingAuthenticationTokenException: {
    json: 400,
    query: ['MissingAuthenticationToken', 403],
    rest: ['MissingAuthenticationTokenException', 403],
  },
  // AWS has the operation and this house does not: told apart from what nobody has.
  NotImplementedException: { json: 501, query: ['NotImplemented', 501] },
  RequestEntityTooLargeException: { json: 413, query: ['RequestEntityTooLarge', 413] },
  RequestTimeoutException: { json: 408, query: ['RequestTimeout', 408] },
  SerializationException: { json: 400, query: ['MalformedInput', 400] },
  ServiceUnavailableException: { json: 503, query: ['ServiceUnavailable', 503] },
  ThrottlingException: {
    json: 400,
    query: ['Throttling', 400],
    rest: ['TooManyRequestsException', 429],
  },
  UnknownOperationException: {
    json: 400,
    query: ['InvalidAction', 400],
    rest: ['UnknownOperationException', 404],
  },
  UnrecognizedClientException: {
    json: 400,
    query: ['InvalidClientTokenId', 403],
    rest: ['UnrecognizedClientException', 403],
  },
  ValidationException: { json: 400, query: ['ValidationError', 400] },
}

const common: ReadonlyMap<string, Row> = new Map(Object.entries(commonFaults))

/**
 * A fault as a family of protocols speaks it. With an operation the model's errors come first; a
 * fault from before there was one is never the service's own, though it may share its name: to STS
 * `ExpiredTokenException` is a web identity's token, to its front door the caller's session.
 */
export function speak(
  family: Family,
  fault: Fault,
  model?: ServiceModel,
  operation?: OperationModel,
): Spoken {
  const ours = commonly(family, fault)
  const theirs = model && modelled(family, model, fault)
  return (operation ? (theirs ?? ours) : (ours ?? theirs)) ?? internalFailure
}

/** Services that spoke the query protocol once tell its code, too: clients show that one. */
export function queryError(
  model: ServiceModel | undefined,
  code: string,
  status: number,
): Readonly<Record<string, string>> {
  if (!model?.protocols?.includes('query')) return {}
  const blame = status < 500 ? 'Sender' : 'Receiver'
  return { 'x-amzn-query-error': `${queryCodeOf(model, code)};${blame}` }
}

/** What the query protocol calls a code of the JSON protocols. */
const queryCodeOf = (model: ServiceModel, code: string): string =>
  model.errors[code]?.queryCode ?? (model.errors[code] ? code : common.get(code)?.query[0]) ?? code

const internalFailure: Spoken = {
  code: 'InternalFailure',
  status: 500,
  words: undefined,
  messageName: 'message',
}

function commonly(family: Family, fault: Fault): Spoken | undefined {
  const row = common.get(fault.code)
  if (!row) return undefined
  const own: Name = [fault.code, row.json]
  const [code, status] = family === 'query' ? row.query : (family !== 'json' && row.rest) || own
  return { code, status, words: fault.words, messageName: 'message' }
}

function modelled(family: Family, model: ServiceModel, fault: Fault): Spoken | undefined {
  const error = model.errors[fault.code]
  if (!error) return undefined
  const { status, message = 'message' } = error
  const code = family === 'query' ? (error.queryCode ?? fault.code) : fault.code
  return { code, status, words: fault.words, messageName: message }
}
