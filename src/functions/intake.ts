/** What is taken in from inside an environment: bounded in bytes and in number. */
import type { IncomingMessage } from 'node:http'

/** The body; `undefined` if it is too long, of which the rest is dropped, so that the sender hears why. */
export type ReadBody = (
  request: IncomingMessage,
  bytesMax: number,
) => Promise<Uint8Array | undefined>

/** One body at a time: many large ones at once would be our memory. */
export function bodiesInTurn(): ReadBody {
  let last: Promise<unknown> = Promise.resolve()
  return (request, bytesMax) => {
    const body = last.then(() => readBody(request, bytesMax))
    last = body.catch(() => {})
    return body
  }
}

async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= bytesMax) chunks.push(chunk)
    else chunks.length = 0
  }
  return length <= bytesMax ? Buffer.concat(chunks) : undefined
}

/** Says whether one more fits into this second. */
export function meter(perSecond: number): () => boolean {
  let second = 0
  let count = 0
  return () => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) count = 0
    second = now
    return ++count <= perSecond
  }
}

/** A header's value, the first where it came several times. */
export const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** What an extension asks for; nothing is asked for by a body without events. */
export function eventsIn(body: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(body ?? []).toString()).events ?? []
  } catch {
    return undefined
  }
}
