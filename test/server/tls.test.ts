/**
 * TLS: which versions, what the audit and policies see of it; and what of the settings is refused
 * before anything is bound or made.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect as connectTls, type SecureVersion } from 'node:tls'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { generate } from 'selfsigned'
import { readConfig } from '../../src/config.ts'
import { Refusal } from '../../src/lib/fault.ts'
import { serverLimits } from '../../src/server/limits.ts'
import { type ClientConfig, type Keys, raiseHouse, type TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { oneSentence, saidBy, serveUntilEnd } from '../start/child.ts'
import { ended } from './socket.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-tls-'))
const dataPath = join(folder, 'data')
const certPath = join(folder, 'cert.pem')
const keyPath = join(folder, 'key.pem')
const otherKeyPath = join(folder, 'other.pem')
const flags = { tlsCert: certPath, tlsKey: keyPath }
let ca = ''

before(async () => {
  const names = [{ name: 'commonName', value: 'localhost' }]
  const extensions = [
    { name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] },
  ]
  const options = { keyType: 'ec' as const, curve: 'P-256' as const, extensions }
  const [pair, other] = await Promise.all([generate(names, options), generate(names, options)])
  ca = pair.cert
  writeFileSync(certPath, pair.cert)
  writeFileSync(keyPath, pair.private)
  writeFileSync(otherKeyPath, other.private)
})

after(() => rmSync(folder, { recursive: true, force: true }))

/** Settings of an SDK client that trusts the certificate. */
const trusting = (config: ClientConfig) => ({ ...config, requestHandler: { httpsAgent: { ca } } })

const onlyByTls = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' },
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
})

async function makeUser(house: TestHouse): Promise<Keys> {
  const iam = new IAMClient(trusting(house.client()))
  const user = { UserName: 'reader' }
  await iam.send(new CreateUserCommand(user))
  await iam.send(
    new PutUserPolicyCommand({ ...user, PolicyName: 'tls', PolicyDocument: onlyByTls }),
  )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand(user))
  iam.destroy()
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

/** The version that a handshake ends with; undefined if it fails. */
async function shake(port: number, version: SecureVersion): Promise<string | undefined> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    ca,
    minVersion: version,
    maxVersion: version,
    // OpenSSL's own bound must not be what refuses.
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  socket.on('error', () => {})
  const secured = once(socket, 'secureConnect').then(() => socket.getProtocol() ?? undefined)
  const outcome = await secured.catch(() => undefined)
  socket.destroy()
  return outcome
}

let reader: Keys

describe('a house behind TLS', () => {
  let house: TestHouse

  before(async () => {
    house = await raiseHouse({ dataPath, flags })
    reader = await makeUser(house)
  })

  after(async () => {
    assert.deepEqual(house.complaints, [])
    await house.stop()
  })

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`takes ${version}`, async () => {
      assert.equal(await shake(house.port, version), version)
    })
  }

  test('refuses TLSv1.1', async () => {
    assert.equal(await shake(house.port, 'TLSv1.1'), undefined)
  })

  test('serves an SDK client', async () => {
    const client = new SecretsManagerClient(trusting(house.client()))
    await client.send(new CreateSecretCommand({ Name: 'by/tls', SecretString: 'a value' }))
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: 'by/tls' }))
    client.destroy()
    assert.equal(SecretString, 'a value')
  })

  test('is a secure transport to policies', async () => {
    const client = new SecretsManagerClient(trusting(house.client(reader)))
    await client.send(new ListSecretsCommand({}))
    client.destroy()
  })

  test('lets go who speaks plain HTTP to it, and who does not speak', async () => {
    const limits = { ...serverLimits, headersMilliseconds: 100 }
    await using impatient = await raiseHouse({ flags, world: { limits } })
    for (const words of ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '']) {
      const socket = connect(impatient.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(words)
      await ended(socket)
    }
    assert.deepEqual(impatient.complaints, [])
  })

  test('stops at once though a handshake is not done', async () => {
    const socket = connect(house.port, '127.0.0.1')
    await once(socket, 'connect')
    await house.stop()
    await ended(socket)
  })
})

describe('the same folder without TLS', () => {
  let plain: TestHouse

  before(async () => {
    plain = await raiseHouse({ dataPath })
  })

  after(async () => {
    assert.deepEqual(plain.complaints, [])
    await plain.stop()
  })

  test('is no secure transport to policies', async () => {
    const options = { url: plain.url, keys: reader }
    const refused = await callJson('secretsmanager.ListSecrets', {}, options)
    assert.equal(refused.status, 400)
    assert.match(refused.body, /"AccessDeniedException".* with an explicit deny in an identity/)
  })

  test('the audit says of each call how it came', async () => {
    const options = { url: plain.url, keys: plain.root, service: 'strongroom' }
    const { body } = await callJson('Strongroom.TailAudit', {}, options)
    const records: AuditRecord[] = JSON.parse(body).Records.map(
      (each: { CloudTrailEvent: string }) => JSON.parse(each.CloudTrailEvent),
    )
    const detailsOf = (name: string) => records.find((each) => each.eventName === name)?.tlsDetails
    const { clientProvidedHostHeader, ...details } = detailsOf('GetSecretValue') ?? {}
    assert.deepEqual(details, { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_256_GCM_SHA384' })
    assert.match(String(clientProvidedHostHeader), /^127\.0\.0\.1:\d+$/)
    assert.equal(records[0]?.eventName, 'ListSecrets')
    assert.equal(records[0]?.tlsDetails, undefined)
  })
})

interface AuditRecord {
  readonly eventName: string
  readonly tlsDetails?: Readonly<Record<string, string>>
}

describe('settings that are refused', () => {
  const refused: readonly (readonly [what: string, given: object, words: RegExp])[] = [
    [
      'beyond loopback without TLS',
      { listen: '0.0.0.0:0' },
      /^Listening on 0\.0\.0\.0 without TLS/,
    ],
    ['beyond loopback on IPv6', { listen: '[::]:0' }, /^Listening on :: without TLS/],
    ['a name that only looks local', { listen: '127.0.0.1.nip.io:1' }, /without TLS/],
    ['no port', { listen: '127.0.0.1' }, /^--listen 127\.0\.0\.1 is not HOST:PORT/],
    ['a port that is none', { listen: '127.0.0.1:70000' }, /is not HOST:PORT/],
    ['words for an address', { listen: 'here please' }, /is not HOST:PORT/],
    ['an account of 11 digits', { account: '12345678901' }, /^--account 12345678901 is not an AWS/],
    [
      'a region of no list',
      { region: 'eu-west-1', regions: 'us-east-1' },
      /^--region eu-west-1 is/,
    ],
    ['a certificate without its key', { tlsCert: certPath }, /^TLS needs both/],
    ['a key without its certificate', { tlsKey: keyPath }, /^TLS needs both/],
    [
      'a certificate that is not there',
      { ...flags, tlsCert: '/no/such' },
      /^Can't read \/no\/such/,
    ],
    ['a certificate that is no PEM', { ...flags, tlsCert: import.meta.filename }, /must be PEM/],
    ['a key that is no PEM', { ...flags, tlsKey: import.meta.filename }, /must be PEM/],
    ["another certificate's key", { ...flags, tlsKey: otherKeyPath }, /and its private key/],
  ]
  for (const [what, given, words] of refused) {
    test(what, () => {
      assert.throws(
        () => readConfig(given, {}),
        (thrown) => {
          assert.ok(thrown instanceof Refusal)
          assert.match(thrown.message, words)
          return true
        },
      )
    })
  }

  test('each as one sentence, without a stack and without a folder', async () => {
    const never = join(folder, 'never')
    const flags = ['--data', never, '--tls-key', keyPath, '--tls-cert', import.meta.filename]
    const refused = await serveUntilEnd(flags)
    assert.equal(refused.code, 1)
    assert.match(saidBy(refused), oneSentence)
    assert.equal(existsSync(never), false)
  })

  for (const given of [
    { listen: '0.0.0.0:0', insecure: true },
    { listen: '0.0.0.0:0', ...flags },
  ]) {
    test(`taken: ${Object.keys(given).join(' ')}`, () => {
      assert.equal(readConfig(given, {}).host, '0.0.0.0')
    })
  }
})
