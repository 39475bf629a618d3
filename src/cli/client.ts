/** A client of the wire for the commands: signs as any client does, and knows no private way. */
import { Refusal } from '../lib/fault.ts'
import { textsIn } from '../lib/xml-texts.ts'
import { signRequest } from '../sigv4/sign.ts'
import type { Endpoint } from './endpoint.ts'

export { type Endpoint, readEndpoint } from './endpoint.ts'

interface Refused {
  readonly __type?: string
  readonly Message?: string
  readonly message?: string
}

/** Calls one operation of the operator's API. Throws Refusal with the answer's own words, or when it is given up. */
export const callStrongroom = <Output>(
  endpoint: Endpoint,
  operation: string,
  input: object,
  signal?: AbortSignal,
): Promise<Output> => callJson(endpoint, 'strongroom', `Strongroom.${operation}`, input, signal)

/** Calls one operation of Secrets Manager. Throws Refusal with the answer's own words. */
export const callSecrets = <Output>(
  endpoint: Endpoint,
  operation: string,
  input: object,
): Promise<Output> => callJson(endpoint, 'secretsmanager', `secretsmanager.${operation}`, input)

/** Calls one operation of KMS. Throws Refusal with the answer's own words. */
export const callKms = <Output>(
  endpoint: Endpoint,
  operation: string,
  input: object,
): Promise<Output> => callJson(endpoint, 'kms', `TrentService.${operation}`, input)

/** Calls one operation of Parameter Store. Throws Refusal with the answer's own words. */
export const callSsm = <Output>(
  endpoint: Endpoint,
  operation: string,
  input: object,
): Promise<Output> => callJson(endpoint, 'ssm', `AmazonSSM.${operation}`, input)

/** Calls one operation of CloudWatch Logs. Throws Refusal with the answer's own words. */
export const callLogs = <Output>(
  endpoint: Endpoint,
  operation: string,
  input: object,
): Promise<Output> => callJson(endpoint, 'logs', `Logs_20140328.${operation}`, input)

/** A request of Lambda's API, below its functions. Throws Refusal with the answer's own words. */
export async function callLambda<Output>(
  endpoint: Endpoint,
  method: Sent['method'],
  path: string,
  input: object,
): Promise<Output> {
  const headers = [['Content-Type', 'application/json']] as const
  const target = `/2015-03-31/functions${path}`
  const sent = { method, target, headers, text: JSON.stringify(input) }
  const response = await send(endpoint, 'lambda', sent)
  const answer = (await response.json()) as Output & Refused
  if (response.ok) return answer
  throw new CallRefused({
    ...answer,
    __type: response.headers.get('x-amzn-errortype') ?? 'Unknown',
  })
}

async function callJson<Output>(
  endpoint: Endpoint,
  service: string,
  target: string,
  input: object,
  signal?: AbortSignal,
): Promise<Output> {
  const headers = [
    ['Content-Type', 'application/x-amz-json-1.1'],
    ['X-Amz-Target', target],
  ] as const
  const text = JSON.stringify(input)
  const sent = { method: 'POST', target: '/', headers, text, ...(signal && { signal }) } as const
  const response = await send(endpoint, service, sent)
  const answer = (await response.json()) as Output & Refused
  if (response.ok) return answer
  throw new CallRefused(answer)
}

/** What a service refused, in its own words. */
export class CallRefused extends Refusal {
  override name = 'CallRefused'
  readonly code: string

  constructor({ __type = 'Unknown', Message, message }: Refused) {
    super(`${__type}: ${Message ?? message ?? 'no reason was given'}`)
    this.code = __type
  }
}

type Parameters = Readonly<Record<string, string>>

/** Calls one action of STS; gives the texts of its answer by element. Throws Refusal. */
export const callSts = (endpoint: Endpoint, parameters: Parameters) =>
  callQuery(endpoint, 'sts', { ...parameters, Version: '2011-06-15' })

/** Calls one action of IAM; gives the texts of its answer by element. Throws Refusal. */
export const callIam = (endpoint: Endpoint, parameters: Parameters) =>
  callQuery(endpoint, 'iam', { ...parameters, Version: '2010-05-08' })

async function callQuery(
  endpoint: Endpoint,
  service: string,
  parameters: Parameters,
): Promise<ReadonlyMap<string, string>> {
  const form = new URLSearchParams(parameters)
  const response = await post(endpoint, service, form.toString(), [
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ])
  const texts = textsIn(await response.text())
  if (response.ok) return texts
  const [__type = 'Unknown', Message] = [texts.get('Code'), texts.get('Message')]
  throw new CallRefused({ __type, ...(Message !== undefined && { Message }) })
}

const post = (
  endpoint: Endpoint,
  service: string,
  text: string,
  headers: Sent['headers'],
): Promise<Response> => send(endpoint, service, { method: 'POST', target: '/', headers, text })

interface Sent {
  readonly method: 'POST' | 'PUT'
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly text: string
  /** Gives the call up. */
  readonly signal?: AbortSignal
}

async function send(
  { url, region, credentials }: Endpoint,
  service: string,
  { method, target, headers, text, signal }: Sent,
): Promise<Response> {
  const body = Buffer.from(text)
  const signer = typeof credentials === 'function' ? await credentials() : credentials
  const signed = signRequest({
    ...{ method, target, body, credentials: signer, region, service },
    headers: [['Host', new URL(url).host], ...headers],
    at: Date.now(),
  })
  const sent = {
    ...{ method, headers: Object.fromEntries(signed.headers), body },
    ...(signal && { signal }),
  }
  try {
    return await fetch(new URL(target, url), sent)
  } catch {
    throw new Refusal(`Nobody answers at ${url}: is strongroom serving there?`)
  }
}
