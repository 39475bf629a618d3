/** What is nothing that we serve: one short answer, and the connection ends with the rest unread. */
import type { Socket } from 'node:net'
import type { Answer } from '../wire/protocol.ts'

/** For a path of ours behind which there is nothing. */
export const notFound: Answer = {
  status: 404,
  headers: { 'Content-Type': 'text/plain', Connection: 'close' },
  body: 'There is nothing here.\n',
}

/** For request lines of HTTP/0.9 and HTTP/2.0, which Node's parser hands on as if they were 1.1. */
export const otherVersion: Answer = { status: 400, headers: { Connection: 'close' }, body: '' }

const statuses: ReadonlyMap<string, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
])

const isHandshake = /^ERR_(?:SSL|TLS)_/

/** For node:http's `clientError`: nothing of what was sent is told back. */
export function refuseSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  // A handshake that failed leaves nothing to write on, and no end of it either.
  if (error.code === 'ECONNRESET' || isHandshake.test(error.code ?? '') || !socket.writable) {
    socket.destroy()
    return
  }
  const status = statuses.get(error.code ?? '') ?? '400 Bad Request'
  // Half closed is not enough: a sender that goes on would keep the other half.
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  )
}
