/** A client of the wire for the commands: signs as any client does, and knows no private way. */
import { readFileSync } from 'node:fs'
import { parse } from 'ini'
import { Refusal } from '../lib/fault.ts'
import { type Signer, signRequest } from '../sigv4/sign.ts'

export interface Endpoint {
  readonly url: string
  readonly region: string
  readonly credentials: Signer
}

/**
 * Where to call and as whom: the environment as AWS's clients read it, or the profile of a root
 * credentials file. Throws Refusal when neither says it.
 */
export function readEndpoint(credentialsPath: string | undefined): Endpoint {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env
  if (credentialsPath === undefined && id && secret) return fromEnvironment(id, secret)
  return fromFile(credentialsPath ?? 'data/root-credentials')
}

function fromEnvironment(accessKeyId: string, secretAccessKey: string): Endpoint {
  const sessionToken = process.env.AWS_SESSION_TOKEN
  return {
    url: process.env.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:7766',
    region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  }
}

function fromFile(path: string): Endpoint {
  const profile = Object.values(parse(readText(path)))[0] ?? {}
  const { aws_access_key_id, aws_secret_access_key, region, endpoint_url } = profile
  const sessionToken = profile.aws_session_token
  if (!aws_access_key_id || !aws_secret_access_key || !endpoint_url) {
    throw new Refusal(`${path} does not hold a profile with keys and endpoint_url.`)
  }
  return {
    url: endpoint_url,
    region: region ?? 'us-east-1',
    credentials: {
      accessKeyId: aws_access_key_id,
      secretAccessKey: aws_secret_access_key,
      ...(sessionToken && { sessionToken }),
    },
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Refusal(
      `No credentials: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL, or name a credentials file (${path} can't be read).`,
    )
  }
}

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
  throw new Refusal(
    `${answer.__type}: ${answer.Message ?? answer.message ?? 'no reason was given'}`,
  )
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
