/**
 * What AWS promised about a service, as data: operations, shapes, bounds, errors. The generated
 * files hold values of these types; nothing here behaves.
 *
 * Lookups by outside text (operations, errors, shapes) have no prototype, so that `constructor` or
 * `__proto__` name nothing.
 *
 * https://smithy.io/2.0/spec/constraint-traits.html
 */

/** How a service's calls are written as bytes. */
export type Protocol = 'json' | 'query' | 'rest-json' | 'smithy-rpc-v2-cbor'

export interface ServiceModel {
  /** The service's own short name, `Secrets Manager`. */
  readonly id: string
  /** The service in a credential scope, `secretsmanager`. */
  readonly signingName: string
  readonly protocol: Protocol
  /** All that it speaks, where that is more than one. */
  readonly protocols?: readonly Protocol[]
  /** `2017-10-17`; query requests repeat it as `Version`. */
  readonly apiVersion: string
  /** What stands before the operation in X-Amz-Target. */
  readonly targetPrefix?: string
  readonly jsonVersion?: string
  readonly xmlNamespace?: string
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
  /** By the code that stands on the wire. */
  readonly errors: Readonly<Record<string, ErrorModel>>
}

export interface OperationModel {
  /** The name of a structure; absent if the operation takes nothing. */
  readonly input?: string
  /** The name of a structure; absent if the operation answers nothing. */
  readonly output?: string
  /** The element around the output in query answers. */
  readonly resultWrapper?: string
  /** The codes that AWS documents for it. */
  readonly errors: readonly string[]
  /** True where AWS takes the call without a signature (a web identity token is its own proof). */
  readonly unsigned?: true
  /** True where AWS's clients compress long requests. */
  readonly compresses?: true
  /** Only in rest protocols. */
  readonly http?: {
    readonly method: string
    readonly requestUri: string
    readonly responseCode?: number
  }
}

export interface ErrorModel {
  readonly status: number
  /** What the query protocol calls it, where a service that has another protocol once spoke that one. */
  readonly queryCode?: string
  /** The shape has a member that says whose fault it is. */
  readonly hasType?: true
  /** How the shape spells its message; absent if the shape has no such member. */
  readonly message?: 'Message' | 'message'
}

export type Shape = ScalarShape | StringShape | BlobShape | ListShape | MapShape | StructureShape

export type NumberType = 'integer' | 'long' | 'float' | 'double'

interface Bounds {
  /** Of a number its least value, of anything else its least length. */
  readonly min?: number
  readonly max?: number
  /** Never to be printed, logged or told. */
  readonly sensitive?: true
}

export interface ScalarShape extends Bounds {
  readonly type: NumberType | 'boolean' | 'timestamp'
}

export interface StringShape extends Bounds {
  readonly type: 'string'
  readonly pattern?: string
  readonly enum?: readonly string[]
}

export interface BlobShape extends Bounds {
  readonly type: 'blob'
}

export interface ListShape extends Bounds {
  readonly type: 'list'
  readonly member: MemberRef
  readonly flattened?: true
}

export interface MapShape extends Bounds {
  readonly type: 'map'
  readonly key: MemberRef
  readonly value: MemberRef
  readonly flattened?: true
}

export interface StructureShape extends Bounds {
  readonly type: 'structure'
  readonly members: Readonly<Record<string, MemberRef>>
  readonly required?: readonly string[]
  /** In rest protocols the member that is the whole body. */
  readonly payload?: string
}

/** The parts of a request or answer, besides the body, that hold members in rest protocols. */
export type Location = 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode'

/** A use of a shape, with what this place adds to it. */
export interface MemberRef {
  readonly shape: string
  /** In rest protocols, where it stands if not in the body. */
  readonly location?: Location
  readonly locationName?: string
  /** AWS's clients fill it in when their caller does not. */
  readonly idempotencyToken?: true
}

/** What each operation takes, gives and may refuse: the form of every generated `…Operations`. */
export interface OperationTypes {
  readonly input: object
  readonly output: object
  readonly error: string
}

/**
 * Codes that any service may answer without its model saying so. These are the names of the JSON
 * protocols; wire/faults.ts has what query services call them.
 */
export type CommonCode =
  | 'AccessDeniedException'
  | 'ExpiredTokenException'
  | 'IncompleteSignatureException'
  | 'InternalFailure'
  | 'InvalidParameterValue'
  | 'InvalidSignatureException'
  | 'MissingActionException'
  | 'MissingAuthenticationTokenException'
  | 'NotImplementedException'
  | 'RequestEntityTooLargeException'
  | 'RequestTimeoutException'
  | 'SerializationException'
  | 'ServiceUnavailableException'
  | 'ThrottlingException'
  | 'UnknownOperationException'
  | 'UnrecognizedClientException'
  | 'ValidationException'

/** The model from its text: a text that JSON.parse reads loads faster than an object literal. */
export function readModel(text: string): ServiceModel {
  const model: ServiceModel = JSON.parse(text)
  return Object.freeze({
    ...model,
    operations: bare(model.operations),
    shapes: bare(model.shapes),
    errors: bare(model.errors),
  })
}

const bare = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.freeze(Object.assign(Object.create(null), record))

/** Whether a service's calls may come in this protocol. */
export const speaks = (
  { protocol, protocols = [protocol] }: ServiceModel,
  asked: Protocol,
): boolean => protocols.includes(asked)

/** The operation of that name; `undefined` for any text that names none. */
export const findOperation = (model: ServiceModel, name: string): OperationModel | undefined =>
  model.operations[name]
