/**
 * Who may read metrics: whoever has the operator's token, or where there is none whoever sits on this
 * machine. They tell how busy the house is and how far its backups lag, and health tells strangers less.
 */
import { isLoopback } from '../lib/address.ts'
import { sameText } from '../lib/bytes.ts'

export interface Visitor {
  readonly sourceIp: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** What a proxy on this machine adds: its visitors come from elsewhere. */
const forwarding = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/** @param token the operator's, if there is one */
export function mayRead({ sourceIp, headers }: Visitor, token: string | undefined): boolean {
  if (token !== undefined) return sameText(String(headers.authorization ?? ''), `Bearer ${token}`)
  return isLoopback(sourceIp) && forwarding.every((name) => headers[name] === undefined)
}
