/**
 * AWS JSON 1.1: `POST /`, the operation in X-Amz-Target, one JSON object each way, dates as seconds,
 * blobs as base64. Only the contract's members leave, whatever an operation returned.
 *
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import type { ServiceModel } from '../contract/model.ts'
import { base64 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import { type Json, JsonError, parseJson } from '../lib/json.ts'
import { remembered } from '../lib/once.ts'
import { queryError, speak } from './faults.ts'
import { type OperationPlan, type Plan, planOf, type StructurePlan } from './plan.ts'
import type { Answer, Structure, Wire } from './protocol.ts'
import { decodeInput } from './validate.ts'

/** What X-Amz-Target says, `TrentService.Decrypt` for instance; nothing of it is trusted yet. */
export interface Target {
  readonly prefix: string
  readonly operation: string
}

const targetForm = /^([\w.]{1,128})\.(\w{1,128})$/

/** Throws UnknownOperationException, without words as AWS does, for a header that is no target. */
export const readTarget = (header: string | undefined): Target => targetIn(header ?? '')

const targetIn = remembered((header): Target => {
  const [, prefix, operation] = targetForm.exec(header) ?? []
  if (prefix === undefined || operation === undefined) throw unknownOperation()
  return { prefix, operation }
})

const unknownOperation = () => new Fault('UnknownOperationException')

/** The AWS JSON protocol. */
export const json: Wire = {
  decode(model, operation, body) {
    return decodeInput(mustHavePlan(model, operation).input, readBody(body))
  },

  encode(model, operation, output, requestId) {
    const plan = mustHavePlan(model, operation).output
    // AWS answers nothing at all, not `{}`, where the contract has no output.
    const body = plan ? JSON.stringify(writeStructure(output, plan)) : ''
    return answer(200, body, requestId, model)
  },

  fault(fault, requestId, model, operation) {
    const known = operation === undefined ? undefined : model?.operations[operation]
    const { code, status, words, messageName } = speak('json', fault, model, known)
    const body = { __type: code, ...(words !== undefined && { [messageName]: words }) }
    return answer(status, JSON.stringify(body), requestId, model, queryError(model, code, status))
  },
}

function mustHavePlan(model: ServiceModel, operation: string): OperationPlan {
  const plan = planOf(model, operation)
  if (!plan) throw unknownOperation()
  return plan
}

/**
 * The one JSON value of a body; no body is an empty input. What is not JSON is refused without words:
 * they could tell content.
 */
export function readBody(body: Uint8Array): Json {
  if (body.length === 0) return {}
  try {
    return parseJson(body)
  } catch (error) {
    if (error instanceof JsonError) throw new Fault('SerializationException')
    throw error
  }
}

const answer = (
  status: number,
  body: string,
  requestId: string,
  model?: ServiceModel,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: {
    'x-amzn-RequestId': requestId,
    'Content-Type': `application/x-amz-json-${model?.jsonVersion ?? '1.1'}`,
    ...headers,
  },
  body,
})

/** An output as the JSON of its protocol: the contract's members, and no others. */
export function writeStructure(
  value: unknown,
  { members }: Pick<StructurePlan, 'members'>,
): Structure {
  const written: Structure = {}
  for (const { name, plan } of members) {
    const member = (value as Structure)[name]
    if (member !== undefined && member !== null) written[name] = writeJson(plan, member)
  }
  return written
}

function writeJson(plan: Plan, value: unknown): unknown {
  switch (plan.type) {
    case 'structure':
      return writeStructure(value, plan)
    case 'list':
      return (value as readonly unknown[]).map((item) => writeJson(plan.item, item))
    case 'map':
      return writeMap(value as Structure, plan.item)
    case 'timestamp':
      return (value as number) / 1000
    case 'blob':
      return base64(value as Uint8Array)
    default:
      return value
  }
}

/** Keys are somebody's own text: no prototype. */
function writeMap(value: Structure, item: Plan): Structure {
  const written: Structure = Object.create(null)
  for (const [key, inner] of Object.entries(value)) written[key] = writeJson(item, inner)
  return written
}
