/**
 * The AWS query protocol: a form with `Action` and `Version`, an XML answer.
 *
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import type { ServiceModel } from '../contract/model.ts'
import { Fault } from '../lib/fault.ts'
import { speak } from './faults.ts'
import { type FormNode, parseForm } from './form.ts'
import { readParameters } from './parameters.ts'
import { planOf } from './plan.ts'
import type { Answer, Wire } from './protocol.ts'
import { mustHold } from './validate.ts'
import { printXml, structureXml, type Xml } from './xml.ts'

/** What a form says that it wants; nothing of it is trusted yet. */
export interface Action {
  readonly operation: string
  readonly version: string
}

/** Throws SerializationException for what is no form, MissingActionException without an Action. */
export const readAction = (body: Uint8Array): Action => actionOf(parseForm(body))

function actionOf(form: FormNode): Action {
  const operation = form.branches.get('Action')?.text
  if (!operation) {
    throw new Fault('MissingActionException', 'The request must contain the parameter Action')
  }
  return { operation, version: form.branches.get('Version')?.text ?? '' }
}

/** The AWS query protocol. A query string is decoded as a body is. */
export const query: Wire = {
  decode(model, operation, body) {
    const form = parseForm(body)
    const action = actionOf(form)
    const plan = planOf(model, operation)
    const isAsked = action.operation === operation && action.version === model.apiVersion
    if (!plan || !isAsked) throw unknownAction(action)
    const input = readParameters(form, plan.input)
    mustHold(plan.input, input)
    return input
  },

  encode(model, operation, output, requestId) {
    const plan = planOf(model, operation)
    if (!plan) throw new Error(`${model.id} has no operation ${operation}`)
    const wrapper = plan.model.resultWrapper
    const members = plan.output ? structureXml(output, plan.output) : {}
    const result: { [element: string]: Xml } = wrapper ? { [wrapper]: members } : members
    const children = { ...result, ResponseMetadata: { RequestId: requestId } }
    return answer(200, printXml(`${operation}Response`, namespaceOf(model), children), requestId)
  },

  fault(fault, requestId, model, operation) {
    const known = operation === undefined ? undefined : model?.operations[operation]
    const { code, status, words } = speak('query', fault, model, known)
    const error = {
      Type: status < 500 ? 'Sender' : 'Receiver',
      Code: code,
      ...(words !== undefined && { Message: words.toWellFormed() }),
    }
    const children = { Error: error, RequestId: requestId }
    return answer(status, printXml('ErrorResponse', namespaceOf(model), children), requestId)
  },
}

const actionShownCharsMax = 128

/** The fault for an action that a service, or this version of it, does not have. */
export function unknownAction({ operation, version }: Action): Fault {
  const cut = (text: string) => text.slice(0, actionShownCharsMax).toWellFormed()
  const words = `Could not find operation ${cut(operation)} for version ${cut(version)}`
  return new Fault('UnknownOperationException', words)
}

/** AWS's front door has a namespace of its own for faults from before there is a service. */
const namespaceOf = (model: ServiceModel | undefined): string =>
  model?.xmlNamespace ?? 'http://webservices.amazon.com/AWSFault/2005-15-09'

const answer = (status: number, body: string, requestId: string): Answer => ({
  status,
  headers: { 'x-amzn-RequestId': requestId, 'Content-Type': 'text/xml' },
  body,
})
