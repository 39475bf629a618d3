/**
 * What goes into a function and what comes out of it, within AWS's bounds.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
import type { InvocationResponse, InvocationType } from '../../contract/generated/lambda.ts'
import { base64, parseBase64 } from '../../lib/bytes.ts'
import { fault, type NotRun, type Outcome } from './service.ts'

/** By the type of invocation. */
const bytesMax: Readonly<Record<InvocationType, number>> = {
  RequestResponse: 6 << 20,
  DryRun: 6 << 20,
  Event: 1 << 20,
}

/** The longest body of any invocation: it is read whole before its type is known. */
export const eventBytesMax = bytesMax.RequestResponse

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The event, which is JSON; an empty object if there is none. Throws InvalidRequestContentException. */
export function eventIn(payload: Uint8Array | undefined): Uint8Array {
  if (!payload || payload.length === 0) return Buffer.from('{}')
  try {
    JSON.parse(decoder.decode(payload))
    return payload
  } catch {
    throw fault('InvalidRequestContentException', 'Could not parse request body into json.')
  }
}

export function mustFit(type: InvocationType, payload: Uint8Array): void {
  if (payload.length <= bytesMax[type]) return
  throw fault(
    'RequestTooLargeException',
    `Request must be smaller than ${bytesMax[type]} bytes for the InvokeFunction operation`,
  )
}

const contextCharsMax = 3583

/** The client's context as JSON text. */
export function clientContextIn(encoded: string | undefined): string | undefined {
  if (encoded === undefined) return undefined
  try {
    const bytes = encoded.length <= contextCharsMax ? parseBase64(encoded) : undefined
    const text = bytes && decoder.decode(bytes)
    JSON.parse(text ?? '')
    return text
  } catch {
    throw fault(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    )
  }
}

/** The answer to a caller who waited. Throws where the function was not run. */
export function outputOf(outcome: Outcome | NotRun, version: string): InvocationResponse {
  if ('notRun' in outcome) throw notRun(outcome)
  const { payload, error, tail } = outcome
  return {
    StatusCode: 200,
    ExecutedVersion: version,
    Payload: payload,
    ...(error !== undefined && { FunctionError: error }),
    ...(tail && { LogResult: base64(tail) }),
  }
}

const notRun = ({ notRun, words }: NotRun) =>
  fault(notRun === 'busy' ? 'TooManyRequestsException' : 'InvalidRuntimeException', words)
