/**
 * Who may not even ask: whoever reaches a loopback port by way of somebody else's program. A proxy that
 * forwards, a web page, a name that was rebound to this address, a server that was talked into a request.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/secrets-manager-agent.html
 */
import { hash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { Guard, Reply } from './route.ts'

const plain = (status: number, body: string): Reply => ({ status, body })

/** What came through a proxy was not sent by an application of this machine. */
export const unforwarded: Guard = ({ headers }) =>
  headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
    ? plain(400, 'Forwarded')
    : undefined

/** What has come over a network was not sent by an application of this machine. */
export const onLoopback: Guard = ({ socket }) =>
  isLoopback(socket.remoteAddress) && isLoopback(socket.localAddress)
    ? undefined
    : plain(403, 'Forbidden')

/** Whether an address is one of this machine's own. */
export const isLoopback = (address = ''): boolean => /^(?:::ffff:)?127\.|^::1$/.test(address)

/** A page in a browser says so. No application does. */
export const noOrigin: Guard = ({ headers }) =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
    ? plain(403, 'Forbidden')
    : undefined

/**
 * The name of another host that was made to resolve to this machine (DNS rebinding). An address proves
 * nothing wrong: there is no name to rebind. Nor does a name that the agent's own certificate has.
 *
 * @param names those that are right, besides the loopback ones
 * @param isCertified whether a name is in the certificate
 */
export function hostNamed(
  names: readonly string[] = [],
  isCertified: (name: string) => boolean = () => false,
): Guard {
  const known = new Set(['localhost', ...names])
  return ({ headers, socket }) => {
    const [, bracketed, name = '', port] =
      /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(headers.host ?? '') ?? []
    const host = (bracketed ?? name).toLowerCase()
    const isRight = known.has(host) || isOwn(host, socket.localAddress) || isCertified(host)
    const isHere = isPortOf(socket.localPort, port)
    return isRight && isHere ? undefined : plain(403, 'Forbidden')
  }
}

/** A socket in the file system has no port; the ports of http and https need not be said. */
const isPortOf = (own: number | undefined, said: string | undefined): boolean =>
  own === undefined || (said === undefined ? own === 80 || own === 443 : Number(said) === own)

const isOwn = (host: string, localAddress: string | undefined): boolean =>
  isIP(host) !== 0 &&
  (host === '127.0.0.1' || host === '::1' || host === localAddress?.replace(/^::ffff:/, ''))

/** @param tokens hashes of those that are right now; asked for each time */
export function tokenIn(headerNames: readonly string[], token: () => Buffer): Guard {
  const names = headerNames.map((name) => name.toLowerCase())
  return ({ headers }) =>
    names.some((name) => isRight(headers[name], token())) ? undefined : plain(403, 'Bad Token')
}

/** How a token is held: what is compared has one length. */
export const tokenHash = (token: string): Buffer => hash('sha256', token, 'buffer')

const isRight = (given: string | string[] | undefined, right: Buffer): boolean =>
  typeof given === 'string' && timingSafeEqual(tokenHash(given), right)
