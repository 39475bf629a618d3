/**
 * The services behind the agent, Strongroom's or AWS's: signed calls, tried again where a failure may
 * pass. The endpoint is found as AWS's clients find it.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
import { textsIn } from '../lib/xml-texts.ts'
import { SigningKeys } from '../sigv4/key.ts'
import { type Signer, signRequest } from '../sigv4/sign.ts'
import { type Answered, type Outgoing, Unreachable } from './outgoing.ts'

/** The service has answered, and not as was hoped. */
export class Refused extends Error {
  override name = 'Refused'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, words: string) {
    super(words)
    this.status = status
    this.code = code
  }

  /** A failure that may pass; all others are the service's decision. */
  get isTransient(): boolean {
    return this.status >= 500 || passing.has(this.code)
  }

  /** Other credentials may be taken where these were not. */
  get isOfCredentials(): boolean {
    return stale.has(this.code) || unknown.has(this.code)
  }
}

/** The agent's own credentials ended: what is kept was rightly read, and they may be renewed. */
const stale: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'RequestExpired',
])
/** Nobody's credentials, or nobody's any more. */
const unknown: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
])
const passing: ReadonlySet<string> = new Set([
  ...stale,
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
])

export type ServiceName = 'secretsmanager' | 'ssm' | 'sts' | 'strongroom'

/** What the caller of a service brings. */
export interface Credentialed {
  get(): Promise<Signer>
  /** These were refused: the next `get` finds others, if there are. */
  reject(signer: Signer): void
}

export interface Places {
  readonly region: string
  urlOf(service: ServiceName): string
}

export interface UpstreamNeeds {
  readonly places: Places
  readonly credentials: Credentialed
  readonly outgoing: Outgoing
  readonly userAgent: string
  now(): number
  wait(milliseconds: number): Promise<void>
}

type JsonObject = Readonly<Record<string, unknown>>

const triesMax = 3
const firstWaitMs = 50

export class Upstream {
  readonly #needs: UpstreamNeeds
  readonly #keys = new SigningKeys()

  constructor(needs: UpstreamNeeds) {
    this.#needs = needs
  }

  /** The same services for other credentials. */
  as(credentials: Credentialed): Upstream {
    return new Upstream({ ...this.#needs, credentials })
  }

  /** The same services by other connections. */
  by(outgoing: Outgoing): Upstream {
    return new Upstream({ ...this.#needs, outgoing })
  }

  get urlOfSecrets(): string {
    return this.#needs.places.urlOf('secretsmanager')
  }

  /** An operation of a JSON service. Throws Refused, Unreachable, or what credentials throw. */
  async json(
    service: ServiceName,
    target: string,
    input: object,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const headers = {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': target,
    }
    const answer = await this.#call(service, headers, JSON.stringify(input), signal)
    return jsonIn(answer.text)
  }

  /** An action of STS; the texts of its answer by element. */
  async sts(parameters: Readonly<Record<string, string>>, signal: AbortSignal) {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const form = new URLSearchParams({ ...parameters, Version: '2011-06-15' })
    const { text } = await this.#call('sts', headers, form.toString(), signal)
    return textsIn(text)
  }

  async #call(
    service: ServiceName,
    headers: Readonly<Record<string, string>>,
    text: string,
    signal: AbortSignal,
  ): Promise<Answered> {
    const { credentials, wait } = this.#needs
    for (let tried = 1; ; tried++) {
      const signer = await credentials.get()
      try {
        return await this.#once(service, headers, text, signer, signal)
      } catch (error) {
        const isOfCredentials = error instanceof Refused && error.isOfCredentials
        if (isOfCredentials) credentials.reject(signer)
        const mayHelp = isOfCredentials ? tried === 1 : mayPass(error)
        if (tried >= triesMax || signal.aborted || !mayHelp) throw error
        await wait(firstWaitMs * 2 ** (tried - 1))
      }
    }
  }

  async #once(
    service: ServiceName,
    given: Readonly<Record<string, string>>,
    text: string,
    credentials: Signer,
    signal: AbortSignal,
  ): Promise<Answered> {
    const { places, outgoing, userAgent, now } = this.#needs
    const { region } = places
    const url = new URL(places.urlOf(service))
    const body = Buffer.from(text)
    const { headers } = signRequest({
      ...{ method: 'POST', target: url.pathname, body, credentials, region, service },
      headers: [['Host', url.host], ...Object.entries(given)],
      at: now(),
      keys: this.#keys,
    })
    const sent = { ...Object.fromEntries(headers), 'User-Agent': userAgent }
    const answer = await outgoing.send(
      { url: url.href, method: 'POST', headers: sent, body },
      signal,
    )
    if (answer.status === 200) return answer
    throw refusalIn(answer)
  }
}

/** What may be mended by asking again at once. */
function mayPass(error: unknown): boolean {
  if (error instanceof Refused) return error.isTransient
  return error instanceof Unreachable && error.kind === 'read'
}

function jsonIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as JsonObject
  } catch {}
  throw new Unreachable('response', 'an answer that is not JSON')
}

function refusalIn({ status, headers, text }: Answered): Refused {
  const isXml = text.trimStart().startsWith('<')
  const [code, words] = isXml ? xmlWords(text) : jsonWords(text)
  const header = headers['x-amzn-errortype']
  const named = code ?? (typeof header === 'string' ? header : undefined)
  return new Refused(status, bare(named ?? ''), words ?? '')
}

/** `com.amazonaws#Code` and `Code:http://...` are spellings of `Code`. */
const bare = (code: string): string => code.replace(/^.*#/, '').replace(/:.*$/, '')

function xmlWords(text: string): [string | undefined, string | undefined] {
  const texts = textsIn(text)
  return [texts.get('Code'), texts.get('Message')]
}

function jsonWords(text: string): [string | undefined, string | undefined] {
  try {
    const { __type, code, message, Message } = JSON.parse(text) as Record<string, unknown>
    const [name, words] = [__type ?? code, message ?? Message]
    return [
      typeof name === 'string' ? name : undefined,
      typeof words === 'string' ? words : undefined,
    ]
  } catch {
    return [undefined, undefined]
  }
}
