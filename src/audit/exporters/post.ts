/**
 * One POST over HTTP: bounded in time and in what it reads back, no redirects. By default to public
 * addresses only and by TLS.
 */
import { type Admits, hostOf, isLoopback, isPrivate, Unreachable } from '../../lib/address.ts'
import { send } from '../../lib/outbound.ts'

export { hostOf } from '../../lib/address.ts'

export interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly mayBePrivate: boolean
}

const timeoutMs = 10_000

const everywhere: Admits = () => true
const publicOnly: Admits = (address) => !isPrivate(address)

/** The answer's text. Throws Unreachable unless the answer is a 2xx; its words name the host alone. */
export async function post({ url, headers, body, mayBePrivate }: Post): Promise<string> {
  mustBePostable(url, mayBePrivate)
  const admits = mayBePrivate ? everywhere : publicOnly
  const { status, text } = await send({ url, method: 'POST', headers, body, admits, timeoutMs })
  if (status >= 200 && status < 300) return text
  throw new Unreachable(`${url.host} answers ${status}`)
}

function mustBePostable(url: URL, mayBePrivate: boolean): void {
  if (url.protocol !== 'https:' && !(mayBePrivate && url.protocol === 'http:')) {
    throw new Unreachable(`${url.host} is not https`)
  }
  if (!mayBePrivate && isLoopback(hostOf(url))) throw new Unreachable(`${hostOf(url)} is private`)
}
