// @ts-check
/**
 * Keys of any HTTP API that makes and revokes them: a template. The three calls below are all that
 * is to be fitted to another API. The key before the current one is revoked when a new one is
 * made, so that two are alive and no client is refused. See README.md.
 */
import { Failure } from '../failure.mjs'
import { mustHave } from '../login.mjs'
import { rotation } from '../steps.mjs'

/** @typedef {import('../steps.mjs').Value} Value */

export const handler = rotation({
  async create({ current, previous, token }) {
    if (previous && previous.keyId !== current.keyId) await revokeKey(current, previous.keyId)
    return { ...current, ...(await createKey(current, token)) }
  },

  test: ({ pending }) => testKey(pending),
})

/** A new key, made with the current one. @param {Value} current @param {string} token the same at each repetition */
async function createKey(current, token) {
  const answer = await call(current, 'POST', process.env.CREATE_PATH ?? '/keys', token)
  const { id: keyId, key } = /** @type {Value} */ (await answer.json())
  mustHave({ keyId, key }, ['keyId', 'key'])
  return { keyId, key }
}

/** @param {Value} pending */
async function testKey(pending) {
  await call(pending, 'GET', process.env.TEST_PATH ?? '/me')
}

/** A key that is gone already is none to revoke. @param {Value} current @param {string} keyId */
async function revokeKey(current, keyId) {
  const path = process.env.REVOKE_PATH ?? '/keys/{id}'
  await call(
    current,
    'DELETE',
    path.replace('{id}', encodeURIComponent(keyId)),
    undefined,
    [404, 410],
  )
}

const requestMsMax = 10_000

/**
 * A call with this key; anything but success, or what is allowed besides, fails by its status alone.
 *
 * @param {Value} secret @param {string} method @param {string} path
 * @param {string} [token] @param {number[]} [allowed]
 */
async function call(secret, method, path, token, allowed = []) {
  mustHave(secret, ['endpoint', 'keyId', 'key'])
  const url = new URL(path, secret.endpoint)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !isLocal) throw new Failure('the endpoint is not https')
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${secret.key}`,
      ...(token && { 'idempotency-key': token }),
    },
    redirect: 'error', // It would carry the key elsewhere.
    signal: AbortSignal.timeout(requestMsMax),
  })
  if (answer.ok || allowed.includes(answer.status)) return answer
  throw new Failure(`${method} ${path} was answered with status ${answer.status}`)
}
