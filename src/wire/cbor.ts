/**
 * Smithy RPC v2 in CBOR: `POST /service/NAME/operation/OPERATION`, one CBOR map each way. What comes in
 * becomes what JSON would have been, so that one contract is held by one reader; what goes out has
 * doubles as doubles and instants as tag 1, since clients read no other.
 *
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 * https://www.rfc-editor.org/rfc/rfc8949
 */
import { decode, encode, Token, Tokenizer, Type } from 'cborg'
import type { ServiceModel } from '../contract/model.ts'
import { base64 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import type { Json, JsonObject } from '../lib/json.ts'
import { queryError, speak } from './faults.ts'
import { type OperationPlan, type Plan, planOf, type StructurePlan } from './plan.ts'
import type { Answer, Structure, Wire } from './protocol.ts'
import { decodeInput } from './validate.ts'

const targetForm = /^\/service\/([\w.]{1,128})\/operation\/(\w{1,128})$/

/** What a path asks for; nothing of it is trusted yet. */
export interface CborTarget {
  readonly service: string
  readonly operation: string
}

/** The service and operation that a raw target names; `undefined` for any other. */
export function readCborTarget(target: string): CborTarget | undefined {
  const [, service, operation] = targetForm.exec(target) ?? []
  return service === undefined || operation === undefined ? undefined : { service, operation }
}

/** Smithy RPC v2, CBOR. */
export const cbor: Wire = {
  decode(model, operation, body) {
    return decodeInput(mustHavePlan(model, operation).input, readBody(body))
  },

  encode(model, operation, output, requestId) {
    const plan = mustHavePlan(model, operation).output
    const body = plan ? printCbor(writeStructure(output as Structure, plan)) : undefined
    return answer(200, body, requestId)
  },

  fault(fault, requestId, model, operation) {
    const known = operation === undefined ? undefined : model?.operations[operation]
    const { code, status, words, messageName } = speak('json', fault, model, known)
    const body = { __type: code, ...(words !== undefined && { [messageName]: words }) }
    return answer(status, printCbor(body), requestId, queryError(model, code, status))
  },
}

function mustHavePlan(model: ServiceModel, operation: string): OperationPlan {
  const plan = planOf(model, operation)
  if (!plan) throw new Fault('UnknownOperationException')
  return plan
}

/** The one value of a body; no body is an empty input. The words could tell content: there are none. */
function readBody(body: Uint8Array): Json {
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = decode(body, { ...readOptions, tokenizer: new Shallow(body) })
  } catch {
    throw new Fault('SerializationException')
  }
  return plainOf(value)
}

const readOptions = {
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
  // An instant is seconds, as in JSON.
  tags: { 1: (read: () => unknown) => read() },
}

const depthMax = 32

/** Refuses what is nested deeper than any input: the reader behind it calls itself for each level. */
class Shallow {
  readonly #tokens: Tokenizer
  /** How many values each open level still waits for. */
  readonly #open: number[] = []

  constructor(body: Uint8Array) {
    this.#tokens = new Tokenizer(body, readOptions)
  }

  done(): boolean {
    return this.#tokens.done()
  }

  pos(): number {
    return this.#tokens.pos()
  }

  next(): Token {
    const token = this.#tokens.next()
    if (Type.equals(token.type, Type.break)) this.#open.pop()
    else this.#count(innerOf(token))
    while ((this.#open.at(-1) ?? 1) <= 0) this.#open.pop()
    if (this.#open.length > depthMax) throw new Error('nested too deep')
    return token
  }

  #count(inner: number): void {
    const last = this.#open.length - 1
    if (last >= 0) this.#open[last] = (this.#open[last] ?? 0) - 1
    if (inner > 0) this.#open.push(inner)
  }
}

/** How many values follow as the parts of this one. */
function innerOf({ type, value }: Token): number {
  if (Type.equals(type, Type.array)) return Number(value)
  if (Type.equals(type, Type.map)) return 2 * Number(value)
  return Type.equals(type, Type.tag) ? 1 : 0
}

/** As JSON has it: objects without prototype, bytes as base64. */
function plainOf(value: unknown): Json {
  if (value instanceof Map) {
    const bare: JsonObject = Object.create(null)
    for (const [key, inner] of value) {
      if (typeof key !== 'string') throw new Fault('SerializationException')
      bare[wellFormed(key)] = plainOf(inner)
    }
    return bare
  }
  if (Array.isArray(value)) return value.map(plainOf)
  if (value instanceof Uint8Array) return base64(value)
  return typeof value === 'string' ? wellFormed(value) : (value as Json)
}

function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new Fault('SerializationException')
  return text
}

const printCbor = (value: object): Uint8Array => encode(value, printOptions)

/** What stands for a double and for an instant on their way out is written as one. */
const printOptions = {
  float64: true,
  typeEncoders: {
    Float64Array: (double: Float64Array) => new Token(Type.float, double[0] ?? 0),
    Date: (at: Date) => [new Token(Type.tag, 1), new Token(Type.float, at.getTime() / 1000)],
  },
}

function writeStructure(value: Structure, { members }: StructurePlan): Structure {
  const written: Structure = {}
  for (const { name, plan } of members) {
    const member = value[name]
    if (member !== undefined && member !== null) written[name] = writeValue(plan, member)
  }
  return written
}

function writeValue(plan: Plan, value: unknown): unknown {
  switch (plan.type) {
    case 'structure':
      return writeStructure(value as Structure, plan)
    case 'list':
      return (value as readonly unknown[]).map((item) => writeValue(plan.item, item))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Structure).map(([key, item]) => [key, writeValue(plan.item, item)]),
      )
    case 'timestamp':
      return new Date(value as number)
    case 'double':
    case 'float':
      return Float64Array.of(value as number)
    default:
      return value
  }
}

const answer = (
  status: number,
  body: Uint8Array | undefined,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: {
    'x-amzn-RequestId': requestId,
    'smithy-protocol': 'rpc-v2-cbor',
    // An operation without an output answers nothing at all.
    ...(body && { 'Content-Type': 'application/cbor' }),
    ...headers,
  },
  body: body ?? '',
})
