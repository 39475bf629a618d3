// @ts-check
/** What all rotators of databases have in common: fit log-ins, TLS, and names that alternate. */
import { Failure } from './failure.mjs'

/** @typedef {import('./steps.mjs').Value} Value */

/**
 * The secret names these things. @param {Value} secret @param {readonly string[]} keys
 */
export function mustHave(secret, keys) {
  const missing = keys.filter((key) => secret[key] === undefined || secret[key] === '')
  if (missing.length > 0) throw new Failure(`the secret lacks ${missing.join(', ')}`)
}

/**
 * What is pending must be a new password of the current user on the current server: else a secret's
 * writer could turn the rotation against somebody else's account.
 *
 * @param {Value} pending @param {Value} current @param {string} [username] the name that is right
 */
export function mustBeOf(pending, current, username = current.username) {
  if (pending.username !== username) throw new Failure('the pending version is of another user')
  if (pending.host !== current.host || pending.port !== current.port) {
    throw new Failure('the pending version is of another server')
  }
}

/**
 * TLS as the secret wants it: `"ssl": false` for none, else with a certificate that is verified (by
 * `ca` in PEM, or the authorities known to Node). Without a word about it, only loopback goes without.
 *
 * @param {Value} secret
 */
export function tlsOf({ host, ssl, ca }) {
  const isOff = ssl === undefined ? isLoopback(host) : String(ssl) === 'false'
  return isOff ? undefined : { rejectUnauthorized: true, servername: host, ...(ca && { ca }) }
}

/** @param {string} host */
const isLoopback = (host) => host === 'localhost' || host === '::1' || /^127\.[\d.]+$/.test(host)

/**
 * The other of the two names that a secret alternates between.
 *
 * @param {string} username @param {number} lengthMax
 */
export function otherName(username, lengthMax) {
  const suffix = '_clone'
  if (username.endsWith(suffix)) return username.slice(0, -suffix.length)
  if (username.length + suffix.length > lengthMax) throw new Failure('the user name is too long')
  return username + suffix
}

/**
 * The first of these log-ins that is taken, or undefined.
 *
 * @template T
 * @param {(secret: Value) => Promise<T | undefined>} logIn @param {readonly (Value | undefined)[]} secrets
 */
export async function firstOf(logIn, secrets) {
  for (const secret of secrets) {
    const session = secret && (await logIn(secret))
    if (session) return session
  }
  return undefined
}
