/**
 * Credentials that something on this machine hands out: the container endpoint of AWS's clients, as
 * `strongroom agent` serves it. Taken once, and again shortly before they end.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
import { readFileSync } from 'node:fs'
import { isLoopback } from '../lib/address.ts'
import { Refusal } from '../lib/fault.ts'
import type { Signer } from '../sigv4/sign.ts'

interface Answer {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Token?: string
  readonly Expiration?: string
}

/** Shortly before the end is too late for a call that is on its way. */
const earlyMilliseconds = 60_000

/** Asks at the first call. Throws Refusal for an address that AWS's clients would not ask. */
export function containerSigner(uri: string): () => Promise<Signer> {
  const url = new URL(uri)
  // Whoever sets a variable must not have credentials fetched from, or a token sent to, anywhere.
  const isNear = isLoopback(url.hostname.replace(/^\[|\]$/g, '')) || metadata.has(url.hostname)
  if (url.protocol !== 'https:' && !isNear) {
    throw new Refusal('AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor on this machine.')
  }
  let held: { readonly signer: Signer; readonly until: number } | undefined
  return async () => {
    if (held && Date.now() < held.until) return held.signer
    const { AccessKeyId, SecretAccessKey, Token, Expiration } = await ask(url)
    const signer = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: Token,
    }
    const end = Expiration === undefined ? Number.POSITIVE_INFINITY : Date.parse(Expiration)
    held = { signer, until: end - earlyMilliseconds }
    return signer
  }
}

const metadata: ReadonlySet<string> = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'])

async function ask(url: URL): Promise<Answer> {
  const token = tokenHere()
  const headers = token === undefined ? {} : { Authorization: token }
  const response = await fetch(url, { headers, redirect: 'error' }).catch(() => {
    throw new Refusal(`Nobody hands out credentials at ${url.origin}.`)
  })
  if (!response.ok) throw new Refusal(`${url.origin} hands out no credentials: ${response.status}.`)
  return (await response.json()) as Answer
}

function tokenHere(): string | undefined {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } =
    process.env
  if (!path) return token
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw new Refusal(`${path} can't be read.`)
  }
}
