/**
 * The AWS REST-JSON protocol: method and path name the operation, members stand in path, query string,
 * headers and a JSON body, or one of them is the whole body as it is. Dates are seconds, blobs in JSON
 * are base64.
 *
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
import type { ServiceModel } from '../contract/model.ts'
import { Fault } from '../lib/fault.ts'
import { readBound } from './bindings.ts'
import { speak } from './faults.ts'
import { readBody, writeStructure } from './json.ts'
import { type OperationPlan, planOf, type StructurePlan } from './plan.ts'
import type { Answer, Structure, Wire } from './protocol.ts'
import { findRoute } from './route.ts'
import { readJsonStructure } from './types.ts'
import { mustHold } from './validate.ts'

/** The AWS REST-JSON protocol. */
export const restJson: Wire = {
  decode(model, operation, body, envelope) {
    const { input: plan } = mustHavePlan(model, operation)
    const route = envelope && findRoute(model, envelope.method, envelope.target)
    if (!envelope || route?.operation !== operation) throw unknownOperation()
    const input = readContent(plan, body)
    readBound(input, plan.members, route, envelope)
    mustHold(plan, input)
    return input
  },

  encode(model, operation, output, requestId) {
    const plan = mustHavePlan(model, operation)
    const written = plan.output ? writeOutput(plan.output, output as Structure) : empty
    const status = written.status ?? plan.model.http?.responseCode ?? 200
    return answer(status, written.body, requestId, written.headers)
  },

  fault(fault, requestId, model, operation) {
    const known = operation === undefined ? undefined : model?.operations[operation]
    const { code, status, words, messageName } = speak('rest-json', fault, model, known)
    const type = status < 500 ? 'User' : 'Service'
    const body = {
      ...(model?.errors[code]?.hasType && { Type: type }),
      ...(words !== undefined && { [messageName]: words }),
    }
    return answer(status, JSON.stringify(body), requestId, { 'x-amzn-ErrorType': code })
  },
}

const unknownOperation = () => new Fault('UnknownOperationException')

function mustHavePlan(model: ServiceModel, operation: string): OperationPlan {
  const plan = planOf(model, operation)
  if (!plan) throw unknownOperation()
  return plan
}

const inBody = ({ members }: StructurePlan) =>
  members.filter(({ location }) => location === undefined)

/** What the body holds of an input: one blob as it is, or members in JSON. */
function readContent(plan: StructurePlan, body: Uint8Array): Structure {
  const members = inBody(plan)
  if (members.length === 0) return {}
  const payload = members.find(({ name }) => name === plan.payload)
  if (!payload) return readJsonStructure(readBody(body), { ...plan, members })
  if (payload.plan.type !== 'blob') throw new Error(`${payload.name} as a whole body is no blob`)
  return body.length > 0 ? { [payload.name]: body } : {}
}

interface Written {
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

const empty: Written = { headers: {}, body: '' }

function writeOutput(plan: StructurePlan, output: Structure): Written {
  const headers: Record<string, string> = {}
  let status: number | undefined
  for (const { name, element, location } of plan.members) {
    const value = output[name]
    if (value === undefined || value === null) continue
    if (location === 'header') headers[element] = headerText(String(value))
    if (location === 'statusCode') status = value as number
  }
  return { headers, body: writeContent(plan, output), ...(status !== undefined && { status }) }
}

/** Nothing that an operation gave can begin a header of its own. */
function headerText(text: string): string {
  if (!/^[\t\x20-\x7e]*$/.test(text)) throw new Error('an output that does not fit a header')
  return text
}

function writeContent(plan: StructurePlan, output: Structure): string | Uint8Array {
  if (plan.payload !== undefined) return (output[plan.payload] as Uint8Array | undefined) ?? ''
  const members = inBody(plan)
  return members.length > 0 ? JSON.stringify(writeStructure(output, { members })) : ''
}

const answer = (
  status: number,
  body: string | Uint8Array,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): Answer => ({
  status,
  headers: {
    'x-amzn-RequestId': requestId,
    ...(body.length > 0 && { 'Content-Type': 'application/json' }),
    ...headers,
  },
  body,
})
