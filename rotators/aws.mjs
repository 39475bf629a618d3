// @ts-check
/**
 * The calls of a rotation function, to Strongroom or to AWS: JSON and Query, always POST to the root,
 * signed with its role's credentials. A function's folder must stand alone in its zip, hence this
 * page in place of an SDK; a request that never varies in path or query is signed in few lines.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

/** @typedef {{ accessKeyId: string, secretAccessKey: string, sessionToken?: string | undefined }} Keys */

/** What a service answered instead of a result: its code as `name`, and its words. */
export class AwsError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message)
    this.name = code
  }
}

/** @returns {Keys} the role's credentials, as the platform gives them */
const roleKeys = () => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  sessionToken: process.env.AWS_SESSION_TOKEN,
})

/**
 * Calls Secrets Manager. Tried thrice: its operations take the same token again.
 *
 * @param {string} operation @param {Record<string, unknown>} input
 * @returns {Promise<any>} the answer
 */
export async function secretsManager(operation, input) {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `secretsmanager.${operation}`,
  }
  for (let attempt = 1; ; attempt++) {
    try {
      const { status, text } = await post(
        'secretsmanager',
        headers,
        JSON.stringify(input),
        roleKeys(),
      )
      const answer = JSON.parse(text)
      if (status === 200) return answer
      throw new AwsError(
        String(answer.__type).replace(/^.*#/, ''),
        answer.Message ?? answer.message,
      )
    } catch (error) {
      if (attempt === 3 || !mayPass(error)) throw error
      await pause(200 * 2 ** attempt)
    }
  }
}

/** @param {unknown} error */
const mayPass = (error) =>
  !(error instanceof AwsError) || /^(Throttling|InternalService|Unavailable)/.test(error.name)

/**
 * Calls a service of the Query protocol once.
 *
 * @param {'iam' | 'sts'} service @param {Record<string, string>} parameters with Action and Version
 * @param {Keys} [keys] others than the role's
 * @returns {Promise<string>} the answer's XML
 */
export async function query(service, parameters, keys = roleKeys()) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams(parameters).toString()
  const { status, text } = await post(service, headers, body, keys)
  if (status === 200) return text
  throw new AwsError(elements(text, 'Code')[0] ?? 'Unknown', elements(text, 'Message')[0] ?? '')
}

/** The texts of all elements of this name. @param {string} xml @param {string} name */
export const elements = (xml, name) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => text)

const requestMsMax = 10_000

/** @param {string} service @param {Record<string, string>} headers @param {string} body @param {Keys} keys */
async function post(service, headers, body, keys) {
  const { url, region } = endpointOf(service)
  const answer = await fetch(url, {
    method: 'POST',
    headers: signed({ service, region, host: url.host, headers, body, keys }),
    body,
    redirect: 'error', // Nobody else is to see what is sent.
    signal: AbortSignal.timeout(requestMsMax),
  })
  return { status: answer.status, text: await answer.text() }
}

/** IAM is one for all regions; a house of one's own has one endpoint for everything. @param {string} service */
function endpointOf(service) {
  const { env } = process
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1'
  const name = service === 'secretsmanager' ? 'SECRETS_MANAGER' : service.toUpperCase()
  const own = env[`${name}_ENDPOINT`] ?? env[`AWS_ENDPOINT_URL_${name}`] ?? env.AWS_ENDPOINT_URL
  if (own) return { url: new URL('/', own), region }
  if (service === 'iam') return { url: new URL('https://iam.amazonaws.com/'), region: 'us-east-1' }
  return { url: new URL(`https://${service}.${region}.amazonaws.com/`), region }
}

/**
 * The headers with their signature. All of them are signed.
 *
 * @param {{ service: string, region: string, host: string, headers: Record<string, string>, body: string, keys: Keys }} request
 * @returns {Record<string, string>}
 */
function signed({ service, region, host, headers, body, keys }) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  /** @type {Record<string, string>} */
  const all = { ...headers, host, 'x-amz-date': date }
  if (keys.sessionToken) all['x-amz-security-token'] = keys.sessionToken
  const names = Object.keys(all).sort()
  const lines = names.map((name) => `${name}:${all[name]}\n`).join('')
  const canonical = ['POST', '/', '', lines, names.join(';'), sha256(body)].join('\n')
  const scope = [date.slice(0, 8), region, service, 'aws4_request']
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n')
  const key = scope.reduce(hmac, Buffer.from(`AWS4${keys.secretAccessKey}`))
  const fields = [
    `Credential=${keys.accessKeyId}/${scope.join('/')}`,
    `SignedHeaders=${names.join(';')}`,
    `Signature=${hmac(key, text).toString('hex')}`,
  ]
  return { ...all, authorization: `AWS4-HMAC-SHA256 ${fields.join(', ')}` }
}

/** @param {string} text */
const sha256 = (text) => createHash('sha256').update(text).digest('hex')

/** @param {Buffer} key @param {string} text */
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
