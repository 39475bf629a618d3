/** strongroom export: exactly what was put in comes out, for whoever may read it, and is recorded. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseEnv } from 'node:util'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Keys } from '../house.ts'
import { main } from '../program.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { policy, raiseScene } from '../wire/sts/scene.ts'
import { typed } from './command.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const folder = mkdtempSync(join(tmpdir(), 'strongroom-export-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const values: Readonly<Record<string, string>> = {
  'app/plain': 'correct horse battery staple',
  'app/json': '{"user":"app","password":"p#w$d"}',
  'app/quotes': `it's`,
  'app/lines': 'one\ntwo\n# three\n',
  'app/symbols': '$HOME `id` $(id) \\n \\ " # = ; & | < > * ? ~ !',
  'app/2fa-code': 'ünïcödé 🔑',
  'app/blank': ' ',
}

before(async () => {
  const client = new SecretsManagerClient(house.client())
  for (const [Name, SecretString] of Object.entries(values)) {
    await client.send(new CreateSecretCommand({ Name, SecretString }))
  }
  const SecretBinary = Buffer.from([0, 255, 10, 39])
  await client.send(new CreateSecretCommand({ Name: 'app/binary', SecretBinary }))
  await client.send(new CreateSecretCommand({ Name: 'App/other', SecretString: 'not asked for' }))
  for (const Name of ['twins/a-b', 'twins/a_b']) {
    await client.send(new CreateSecretCommand({ Name, SecretString: Name }))
  }
  const SecretString = `both ' and "`
  await client.send(new CreateSecretCommand({ Name: 'hard/one', SecretString }))
})

const environmentOf = (keys: Keys) => ({
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  AWS_ENDPOINT_URL: house.url,
})

const exported = (words: readonly string[], keys: Keys = house.root) =>
  typed(['export', ...words], environmentOf(keys))

const variables: Readonly<Record<string, string>> = {
  PLAIN: 'app/plain',
  JSON: 'app/json',
  QUOTES: 'app/quotes',
  LINES: 'app/lines',
  SYMBOLS: 'app/symbols',
  _2FA_CODE: 'app/2fa-code',
  BLANK: 'app/blank',
}
const binaryBase64 = 'AP8KJw=='

test('json: by name, bytes as base64', async () => {
  const { code, stdout, stderr } = await exported(['--format', 'json', '--prefix', 'app/'])
  assert.equal(code, 0, stderr)
  assert.deepEqual(JSON.parse(stdout), { ...values, 'app/binary': { SecretBinary: binaryBase64 } })
  assert.equal(stderr, '')
})

test('env: a shell reads back each value, byte for byte, and runs nothing', async () => {
  const out = join(folder, 'env')
  const { code, stdout, stderr } = await exported([
    '--format',
    'env',
    '--prefix',
    'app/',
    '--out',
    out,
  ])
  assert.equal(code, 0, stderr)
  assert.equal(stdout, '')
  assert.equal(statSync(out).mode & 0o777, 0o600)
  for (const [variable, name] of Object.entries(variables)) {
    const script = `. "$0"; printf %s. "$${variable}"`
    assert.equal(execFileSync('sh', ['-c', script, out]).toString(), `${values[name]}.`, name)
  }
})

test('dotenv: read back by a reader of such files', async () => {
  const { stdout } = await exported(['--format', 'dotenv', '--prefix', 'app/'])
  const expected = Object.fromEntries(
    Object.entries(variables).map(([variable, name]) => [variable, values[name]]),
  )
  assert.deepEqual({ ...parseEnv(stdout) }, { ...expected, BINARY: binaryBase64 })
})

test('what a format cannot hold, and names that would be one, are refused', async () => {
  const hard = await exported(['--format', 'dotenv', '--prefix', 'hard/'])
  assert.equal(hard.code, 1)
  assert.equal(hard.stdout, '')
  assert.match(
    hard.stderr,
    /The value of hard\/one can't be written as dotenv: export as json\.\n$/,
  )
  const twins = await exported(['--format', 'env', '--prefix', 'twins/'])
  assert.match(
    twins.stderr,
    /twins\/a-b and twins\/a_b would both be A_B|twins\/a_b and twins\/a-b would both be A_B/,
  )
  const other = await exported(['--format', 'xml'])
  assert.match(other.stderr, /--format is env, json or dotenv\.\n$/)
})

test('only what the caller may read; the rest is told and left out; each reading is recorded', async () => {
  const reader = await scene.user(
    'reader',
    policy(
      {
        Effect: 'Allow',
        Action: ['secretsmanager:ListSecrets', 'secretsmanager:BatchGetSecretValue'],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: 'arn:aws:secretsmanager:*:*:secret:app/plain-*',
      },
    ),
  )
  const { code, stdout, stderr } = await exported(['--format', 'json', '--prefix', 'app/'], reader)
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(stdout), { 'app/plain': values['app/plain'] })
  assert.equal(stderr.match(/^strongroom: left out: \S+ \(AccessDeniedException\)$/gm)?.length, 7)
  const records = await new StrongroomRecords(house).newest(200)
  const reads = records.filter(
    ({ eventName, userIdentity }) =>
      eventName === 'GetSecretValue' && userIdentity.userName === 'reader',
  )
  assert.deepEqual([...new Set(reads.map(({ errorCode }) => errorCode ?? 'ok'))].sort(), [
    'AccessDenied',
    'ok',
  ])
})

test('never over a file', async () => {
  const out = join(folder, 'env')
  const before = readFileSync(out, 'utf8')
  const { code, stderr } = await exported(['--format', 'json', '--out', out])
  assert.equal(code, 1)
  assert.match(stderr, /env is there already: name a new file\.\n$/)
  assert.equal(readFileSync(out, 'utf8'), before)
})

const script = existsSync('/usr/bin/script') ? false : 'no script(1) to make a terminal'

test('not to a terminal, unless that is meant', { skip: script }, () => {
  const onTerminal = (words: string) =>
    execFileSync(
      'script',
      [
        '-qec',
        `${process.execPath} ${main} export --format json --prefix app/ ${words}; true`,
        '/dev/null',
      ],
      {
        env: { PATH: process.env.PATH, ...environmentOf(house.root) },
      },
    ).toString()
  assert.match(onTerminal(''), /This would show secrets on the terminal/)
})
