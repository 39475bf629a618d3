/** A client of the wire for the commands: signs as any client does, and knows no private way. */
import { Refusal } from '../lib/fault.ts'
import { signRequest } from '../sigv4/sign.ts'
import type { Endpoint } from './endpoint.ts'

export { type Endpoint, readEndpoint } from './endpoint.ts'

interface Refused {
  readonly __type?: string
  readonly Message?: string
  readonly message?: string
}

/** Calls one operation of the operator's API. Throws Refusal with the answer's own words. */
export const callStrongroom = <Output>(
  endpoint: Endpoint,
  operation: string,
  input: object,
): Promise<Output> => callJson(endpoint, 'strongroom', `Strongroom.${operation}`, input)

/** Calls one operation of Secrets Manager. Throws Refusal with the answer's own words. */
export const callSecrets = <Output>(
  endpoint: Endpoint,
  operation: string,
  input: object,
): Promise<Output> => callJson(endpoint, 'secretsmanager', `secretsmanager.${operation}`, input)

async function callJson<Output>(
  endpoint: Endpoint,
  service: string,
  target: string,
  input: object,
): Promise<Output> {
  const response = await post(endpoint, service, JSON.stringify(input), [
    ['Content-Type', 'application/x-amz-json-1.1'],
    ['X-Amz-Target', target],
  ])
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

/** Calls one action of STS; gives the texts of its answer by element. Throws Refusal. */
export async function callSts(
  endpoint: Endpoint,
  parameters: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const form = new URLSearchParams({ ...parameters, Version: '2011-06-15' })
  const response = await post(endpoint, 'sts', form.toString(), [
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ])
  const texts = textsIn(await response.text())
  if (response.ok) return texts
  throw new Refusal(`${texts.get('Code')}: ${texts.get('Message') ?? 'no reason was given'}`)
}

/** The texts of elements that hold nothing else. What is looked for here holds no markup. */
const textsIn = (xml: string): Map<string, string> =>
  new Map(
    [...xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name = '', text = '']) => [name, text]),
  )

async function post(
  { url, region, credentials }: Endpoint,
  service: string,
  text: string,
  headers: readonly [string, string][],
): Promise<Response> {
  const body = Buffer.from(text)
  const signed = signRequest({
    method: 'POST',
    target: '/',
    headers: [['Host', new URL(url).host], ...headers],
    body,
    credentials,
    region,
    service,
    at: Date.now(),
  })
  try {
    return await fetch(url, { method: 'POST', headers: Object.fromEntries(signed.headers), body })
  } catch {
    throw new Refusal(`Nobody answers at ${url}: is strongroom serving there?`)
  }
}
