/** The connection that a request came by, as the socket tells it. User agent, referer and host are only said. */
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { Origin } from '../lib/caller.ts'

export function originOf({ socket, headers }: IncomingMessage): Origin {
  const origin = {
    sourceIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    userAgent: headers['user-agent'] ?? '',
    host: headers.host ?? '',
    ...(headers.referer !== undefined && { referer: headers.referer }),
  }
  if (!(socket instanceof TLSSocket)) return { ...origin, secure: false }
  const tls = { version: socket.getProtocol() ?? '', cipher: socket.getCipher().name }
  return { ...origin, secure: true, tls }
}
