/** Which addresses may be called, as far as the text alone tells. */
import { isIP } from 'node:net'
import { type Admits, hostOf, isLoopback, Unreachable } from '../lib/address.ts'

/** Why an address may not be called; `undefined` if it may, unless its name leads elsewhere. */
export function refusalOf(url: URL, admits: Admits): string | undefined {
  const host = hostOf(url)
  if (url.protocol !== 'https:') return 'not https'
  if (url.username !== '' || url.password !== '') return 'a user in the address'
  const isOurs = isIP(host) === 0 ? isLoopback(host) && !admits('127.0.0.1') : !admits(host)
  return isOurs ? 'a private address' : undefined
}

/** Throws Unreachable. */
export function mustBeCallable(url: URL, admits: Admits): void {
  const refusal = refusalOf(url, admits)
  if (refusal !== undefined) throw new Unreachable(`${url.host}: ${refusal}`)
}
