/** A request's body, within its bound; what is longer is refused without reading on. */
import type { IncomingMessage } from 'node:http'
import { Fault } from '../lib/fault.ts'

const tooLarge = () => new Fault('RequestEntityTooLargeException', 'The request is too large.')

/** How long its sender says that a body is; `undefined` where it comes in chunks. */
export function announcedBytes({ headers }: IncomingMessage): number | undefined {
  const text = headers['content-length']
  if (text !== undefined) return Number(text)
  return headers['transfer-encoding'] === undefined ? 0 : undefined
}

/** Throws RequestEntityTooLargeException. Rejects when the sender goes away. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  if ((announcedBytes(request) ?? 0) > bytesMax) throw tooLarge()
  if (request.destroyed && !request.complete) throw new SenderGone()
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= bytesMax) {
      chunks.push(chunk)
      return
    }
    request.pause()
    request.removeAllListeners('data')
    reject(tooLarge())
  })
  request.on('end', () =>
    resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
  )
  // Node calls it an error when the sender ends in the middle, and closes in any case.
  request.on('error', () => reject(new SenderGone()))
  // Also fires behind a whole request; an error is made only for one that is not.
  request.on('close', () => request.complete || reject(new SenderGone()))
  return promise
}

/** The sender went away before its request was whole: there is nobody to answer. */
export class SenderGone extends Error {
  override name = 'SenderGone'
}
