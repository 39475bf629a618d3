/** Where the agent's own credentials come from, and TLS where it listens. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { generate } from 'selfsigned'
import { raiseHouse, type TestHouse } from '../house.ts'
import { type Issuer, raiseIssuer } from '../wire/sts/issuer.ts'
import { addSecret, environmentOf, runAgent, token } from './scene.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-sources-'))
let issuer: Issuer
let house: TestHouse

before(async () => {
  issuer = await raiseIssuer()
  house = await raiseHouse({ flags: { privateIssuers: issuer.url } })
  await addSecret(house, 'src/db', 'hunter2')
})
after(async () => {
  await house[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }

async function reads(environment: Record<string, string | undefined>) {
  await using running = await runAgent(house, {
    environment: { ...environmentOf(house), ...noKeys, ...environment },
    told: { pushes: false, receiptsMs: 0 },
  })
  const { status, text } = await running.ask('/v1/src/db')
  return { status, reads: text.includes('hunter2'), log: running.log.join('') }
}

/** A server on loopback for one test. */
async function serving(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

const lent = () =>
  JSON.stringify({
    AccessKeyId: house.root.accessKeyId,
    SecretAccessKey: house.root.secretAccessKey,
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  })

describe('credentials', () => {
  test('of a web identity token', async () => {
    const iam = new IAMClient(house.client())
    const { OpenIDConnectProviderArn: Federated } = await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: `https://${issuer.host}`,
        ClientIDList: ['sts'],
      }),
    )
    const Action = 'sts:AssumeRoleWithWebIdentity'
    const trust = { Effect: 'Allow', Principal: { Federated }, Action }
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument }),
    )
    const read = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [read] })
    const put = { RoleName: 'web', PolicyName: 'read', PolicyDocument }
    await iam.send(new PutRolePolicyCommand(put))
    const path = join(folder, 'web-token')
    writeFileSync(path, `${await issuer.token({ aud: 'sts' })}\n`)
    const found = await reads({ AWS_WEB_IDENTITY_TOKEN_FILE: path, AWS_ROLE_ARN: Role?.Arn })
    assert.equal(found.reads, true)
  })

  test('of a container endpoint, shown the token of a file', async () => {
    await using server = await serving((asked, answer) => {
      const isRight = asked.headers.authorization === 'pass'
      answer.writeHead(isRight ? 200 : 403).end(isRight ? lent() : '{}')
    })
    const path = join(folder, 'container-token')
    writeFileSync(path, 'pass')
    const environment = { AWS_CONTAINER_CREDENTIALS_FULL_URI: server.url }
    assert.equal((await reads(environment)).status, 500)
    const shown = { ...environment, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path }
    assert.equal((await reads(shown)).reads, true)
  })

  test('are not asked for on a network without TLS', async () => {
    const found = await reads({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/x' })
    assert.equal(found.status, 500)
    assert.match(found.log, /not asked for at 192\.0\.2\.1 without TLS/)
  })

  test("of an instance, by its metadata's second version", async () => {
    await using server = await serving((asked, answer) => {
      const roles = '/latest/meta-data/iam/security-credentials/'
      const pages = new Map([
        [`PUT /latest/api/token ${undefined}`, 'session'],
        [`GET ${roles} session`, 'role'],
        [`GET ${roles}role session`, lent()],
      ])
      const shown = asked.headers['x-aws-ec2-metadata-token']
      const page = pages.get(`${asked.method} ${asked.url} ${shown}`)
      answer.writeHead(page ? 200 : 401).end(page)
    })
    const found = await reads({
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url,
    })
    assert.equal(found.reads, true)
  })

  test('of a profile that the agent does not follow are told so', async () => {
    const path = join(folder, 'config')
    writeFileSync(path, '[profile other]\nrole_arn = x\n')
    const found = await reads({ AWS_CONFIG_FILE: path, AWS_PROFILE: 'other' })
    assert.match(found.log, /profile other has role_arn, which the agent does not follow/)
  })
})

describe('TLS', () => {
  test("is spoken with a certificate's names, and no others", async () => {
    const extensions = [
      { name: 'subjectAltName' as const, altNames: [{ type: 2 as const, value: 'agent.test' }] },
    ]
    const options = { keyType: 'ec' as const, curve: 'P-256' as const, extensions }
    const pair = await generate([{ name: 'commonName', value: 'agent.test' }], options)
    const tls = { cert: Buffer.from(pair.cert), key: Buffer.from(pair.private) }
    await using running = await runAgent(house, { told: { tls, pushes: false, receiptsMs: 0 } })
    const { port, protocol } = new URL(running.url)
    assert.equal(protocol, 'https:')
    const ask = (host: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      const headers = { Host: `${host}:${port}`, 'X-Aws-Parameters-Secrets-Token': token }
      const place = { host: '127.0.0.1', port, servername: 'agent.test', ca: pair.cert }
      request({ ...place, path: '/v1/src/db', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
      return promise
    }
    assert.equal(await ask('agent.test'), 200)
    assert.equal(await ask('other.test'), 403)
  })
})
