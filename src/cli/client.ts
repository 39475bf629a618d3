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
  if (!aws_access_key_id || !aws_secret_access_key || !endpoint_url) {
    throw new Refusal(`${path} does not hold a profile with keys and endpoint_url.`)
  }
  return {
    url: endpoint_url,
    region: region ?? 'us-east-1',
    credentials: { accessKeyId: aws_access_key_id, secretAccessKey: aws_secret_access_key },
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
export async function callStrongroom<Output>(
  endpoint: Endpoint,
  operation: string,
  input: object,
): Promise<Output> {
  const { url, region, credentials } = endpoint
  const body = Buffer.from(JSON.stringify(input))
  const { headers } = signRequest({
    method: 'POST',
    target: '/',
    headers: [
      ['Host', new URL(url).host],
      ['Content-Type', 'application/x-amz-json-1.1'],
      ['X-Amz-Target', `Strongroom.${operation}`],
    ],
    body,
    credentials,
    region,
    service: 'strongroom',
    at: Date.now(),
  })
  const response = await send(url, Object.fromEntries(headers), body)
  const answer = (await response.json()) as Output & Refused
  if (response.ok) return answer
  throw new Refusal(
    `${answer.__type}: ${answer.Message ?? answer.message ?? 'no reason was given'}`,
  )
}

async function send(url: string, headers: Record<string, string>, body: Buffer<ArrayBuffer>) {
  try {
    return await fetch(url, { method: 'POST', headers, body })
  } catch {
    throw new Refusal(`Nobody answers at ${url}: is strongroom serving there?`)
  }
}
