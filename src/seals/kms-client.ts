/**
 * A client of any KMS API, AWS's or another Strongroom's: two operations, signed. What it answers is
 * bounded, and nobody else is followed to.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
 */
import { minuteMs, secondMs } from '../lib/clock.ts'
import { Refusal } from '../lib/fault.ts'
import { type Signer, signRequest } from '../sigv4/sign.ts'

/** Nobody answered, or not now: worth another try. */
export class Away extends Error {
  override name = 'Away'
}

/** The answer is no. */
export class Denied extends Error {
  override name = 'Denied'
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

export interface KmsPlace {
  readonly endpoint: string
  readonly region: string
}

const answerMilliseconds = 5 * secondMs
const answerBytesMax = 64 << 10
const passing = new Set([
  'ThrottlingException',
  'KMSInternalException',
  'DependencyTimeoutException',
  'ServiceUnavailableException',
])

/** One call. Throws Away or Denied. */
export async function callKms(
  { endpoint, region }: KmsPlace,
  credentials: Signer,
  operation: 'Encrypt' | 'Decrypt',
  input: object,
): Promise<Record<string, unknown>> {
  const body = Buffer.from(JSON.stringify(input))
  const signed = signRequest({
    method: 'POST',
    target: '/',
    headers: [
      ['Host', new URL(endpoint).host],
      ['Content-Type', 'application/x-amz-json-1.1'],
      ['X-Amz-Target', `TrentService.${operation}`],
    ],
    body,
    credentials,
    region,
    service: 'kms',
    at: Date.now(),
  })
  const headers = Object.fromEntries(signed.headers)
  const { status, text } = await ask(endpoint, { method: 'POST', headers, body })
  const answer = parse(text)
  if (status === 200 && answer) return answer
  const code = codeOf(answer)
  if (status >= 500 || status === 429 || passing.has(code)) throw new Away(code)
  throw new Denied(code)
}

async function ask(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const signal = AbortSignal.timeout(answerMilliseconds)
    const response = await fetch(url, { ...init, signal, redirect: 'error' })
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('latin1')
      if (text.length > answerBytesMax) throw new Away('an answer without end')
    }
    return { status: response.status, text }
  } catch (thrown) {
    throw thrown instanceof Away ? thrown : new Away('no answer')
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const answer = JSON.parse(text)
    return typeof answer === 'object' && answer !== null ? answer : undefined
  } catch {
    return undefined
  }
}

/** The error's name, as far as it is one: what a stranger answers is not repeated. */
function codeOf(answer: Record<string, unknown> | undefined): string {
  const [, code = 'no reason given'] = /^(?:[\w.]+#)?(\w{1,64})$/.exec(String(answer?.__type)) ?? []
  return code
}

const firstPause = secondMs / 2
const pauseMax = minuteMs / 4

/**
 * Tries again while nobody answers, with pauses that grow: after a power cut the other house may come up
 * later than this one. Throws what the last try threw.
 */
export async function withPatience<T>(milliseconds: number, attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + milliseconds
  for (let pause = firstPause; ; pause = Math.min(2 * pause, pauseMax)) {
    try {
      return await attempt()
    } catch (thrown) {
      if (!(thrown instanceof Away)) throw thrown
      const left = until - performance.now()
      if (left <= 0) throw thrown
      await new Promise((resume) => setTimeout(resume, Math.min(pause, left)))
    }
  }
}

/** Throws Refusal when there are no credentials to call with. */
export type FindCredentials = () => Signer

export const noCredentials = (): Refusal =>
  new Refusal(
    'There are no AWS credentials for the seal: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a credentials file by AWS_SHARED_CREDENTIALS_FILE and a profile in it by AWS_PROFILE.',
  )
