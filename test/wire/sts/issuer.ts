/** A tiny OpenID Connect issuer on loopback: discovery, keys that can be rotated, tokens of any kind. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'

export interface Issuer extends AsyncDisposable {
  /** As its tokens name it. */
  readonly url: string
  /** As ARNs and condition keys name it. */
  readonly host: string
  /** Paths that were asked for, in order. */
  readonly asked: string[]
  /** While false, every request is answered with 500. */
  isUp: boolean
  /** New keys in place of the old ones. */
  rotate(): Promise<void>
  /** A token with these claims beside `iss`, `iat`, `exp` and `sub`; `undefined` takes one away. */
  token(claims?: Record<string, unknown>, header?: Record<string, string>): Promise<string>
}

export async function raiseIssuer(algorithm = 'RS256'): Promise<Issuer> {
  const asked: string[] = []
  let isUp = true
  let count = 0
  let keys = await newKeys(algorithm, count)
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const pages = new Map<string, object>([
      ['/.well-known/openid-configuration', { issuer: url, jwks_uri: `${url}/keys` }],
      ['/keys', { keys: [keys.jwk] }],
    ])
    const page = isUp ? pages.get(request.url ?? '') : undefined
    response.writeHead(page ? 200 : 500).end(JSON.stringify(page ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `http://${host}`
  return {
    url,
    host,
    asked,
    get isUp() {
      return isUp
    },
    set isUp(value) {
      isUp = value
    },
    async rotate() {
      keys = await newKeys(algorithm, ++count)
    },
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000)
      const payload = {
        iss: url,
        sub: 'somebody',
        aud: 'sts.amazonaws.com',
        iat: now,
        exp: now + 300,
      }
      return new SignJWT({ ...payload, ...claims } as JWTPayload)
        .setProtectedHeader({ alg: algorithm, kid: keys.jwk.kid ?? '', ...header })
        .sign(keys.privateKey)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function newKeys(
  algorithm: string,
  count: number,
): Promise<{ jwk: JWK; privateKey: CryptoKey }> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm)
  const jwk = { ...(await exportJWK(publicKey)), kid: `key-${count}`, alg: algorithm, use: 'sig' }
  return { jwk, privateKey }
}
