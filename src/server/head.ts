/** A request before its body is read: its headers, bounded. */
import type { IncomingMessage } from 'node:http'
import { Fault } from '../lib/fault.ts'
import type { Received } from './lane.ts'
import type { ServerLimits } from './limits.ts'
import { originOf } from './origin.ts'

/** A request whose body was not read yet. */
export type Head = Omit<Received, 'body'>

/** Throws RequestEntityTooLargeException for what no AWS client sends: headers without end. */
export function readHead(request: IncomingMessage, requestId: string, limits: ServerLimits): Head {
  const { rawHeaders, method = '', url: target = '' } = request
  if (rawHeaders.length > 2 * limits.headerCountMax) {
    throw new Fault('RequestEntityTooLargeException', 'The request has too many headers.')
  }
  return { requestId, method, target, headers: pairsOf(rawHeaders), origin: originOf(request) }
}

function pairsOf(rawHeaders: readonly string[]): (readonly [string, string])[] {
  const pairs: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
  }
  return pairs
}
