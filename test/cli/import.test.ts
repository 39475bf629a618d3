/** .env files, JSON and a Vault come in: shown first, written when agreed to, and no value is said. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { raiseHouse } from '../house.ts'
import { typed } from './command.ts'

const house = await raiseHouse()
after(() => house[Symbol.asyncDispose]())
const folder = mkdtempSync(join(tmpdir(), 'strongroom-import-'))
after(() => rmSync(folder, { recursive: true }))
const root = {
  AWS_ACCESS_KEY_ID: house.root.accessKeyId,
  AWS_SECRET_ACCESS_KEY: house.root.secretAccessKey,
  AWS_ENDPOINT_URL: house.url,
  HOME: folder,
}
const secrets = new SecretsManagerClient(house.client())
const storedIn = async (SecretId: string) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? ''
const put = (path: string, text: string) => writeFileSync(join(folder, path), text)
const read = (path: string) => readFileSync(join(folder, path), 'utf8')
const bring = (...words: string[]) => typed(['import', ...words], root, '', folder)
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  }).trim()

const planted = [
  'hunter2-hunter2',
  'c2VjcmV0IHNpZ25pbmcga2V5',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
  'sk_live_0123456789abcdef',
]
const [password = '', signing = '', pem = '', live = ''] = planted
const dotenv = `# the database
DB_HOST=localhost
DB_PASSWORD='${password}' # ours
DATABASE_URL=postgres://app:\${DB_PASSWORD}@\${DB_HOST}/app
export SIGNING_KEY="${signing}"
PORT=3000
LOG_LEVEL=debug
TLS_KEY="-----BEGIN PRIVATE KEY-----
${pem}
-----END PRIVATE KEY-----
"
# OLD_PASSWORD=${password}
PAYMENTS=${live}
NEXT_PUBLIC_ANALYTICS_KEY=G-1234567890
EMPTY_SECRET=
`
const silent = (text: string) => {
  for (const value of planted) assert.ok(!text.includes(value), 'a value was printed')
}

describe('a .env file', () => {
  test('is shown first: which are secrets, and why; nothing is written unasked', async () => {
    git('init', '-q')
    put('.env', dotenv)
    git('add', '.env')
    git('commit', '-qm', 'oops')
    const { code, stdout, stderr } = await bring('.env', '--name', 'myapp/dev', '--no-history')
    assert.equal(code, 1)
    assert.match(stderr, /Nothing was written/)
    silent(stdout + stderr)
    const rows = stdout.trimEnd().split('\n').slice(1)
    assert.deepEqual(
      rows.map((row) => row.split(/ {2,}/).slice(0, 3)),
      [
        ['DB_HOST', 'configuration', 'a setting by its name'],
        ['DB_PASSWORD', 'secret', 'by its name'],
        ['DATABASE_URL', 'secret', 'holds DB_PASSWORD'],
        ['SIGNING_KEY', 'secret', 'by its name'],
        ['PORT', 'configuration', 'a setting by its name'],
        ['LOG_LEVEL', 'configuration', 'a setting by its name'],
        ['TLS_KEY', 'secret', 'a private key'],
        ['PAYMENTS', 'secret', 'looks like a token'],
        ['NEXT_PUBLIC_ANALYTICS_KEY', 'configuration', 'public by its name'],
        ['EMPTY_SECRET', 'configuration', 'empty'],
      ],
    )
    assert.match(rows[1] ?? '', /15 characters\) +myapp\/dev \(new\)$/)
    await assert.rejects(storedIn('myapp/dev'), { name: 'ResourceNotFoundException' })
    const dry = await bring('.env', '--name', 'myapp/dev', '--dry-run', '--json', '--no-history')
    assert.equal(dry.code, 0)
    assert.deepEqual(JSON.parse(dry.stdout.split('\n')[1] ?? ''), {
      name: 'DB_PASSWORD',
      kind: 'secret',
      why: 'by its name',
      to: 'myapp/dev',
      state: 'new',
    })
  })

  test('becomes one secret; git has its values, which is told and not shown', async () => {
    const { code, stdout, stderr } = await bring('.env', '--name', 'myapp/dev', '--yes')
    assert.equal(code, 0, stderr)
    silent(stdout + stderr)
    assert.deepEqual(JSON.parse(await storedIn('myapp/dev')), {
      DB_PASSWORD: password,
      DATABASE_URL: `postgres://app:${password}@localhost/app`,
      SIGNING_KEY: signing,
      TLS_KEY: `-----BEGIN PRIVATE KEY-----\n${pem}\n-----END PRIVATE KEY-----\n`,
      PAYMENTS: live,
    })
    const commit = git('rev-parse', '--short', 'HEAD')
    assert.match(stdout, new RegExp(`^in git: DB_PASSWORD {2}${commit}:.env:3$`, 'm'))
    assert.match(stdout, new RegExp(`^in git: TLS_KEY {2}${commit}:.env:8$`, 'm'))
    assert.match(stderr, /rotate .*DB_PASSWORD/)
    assert.equal(read('.env'), dotenv, 'the file is as it was')
  })

  test('is reduced to configuration and references, which a program runs with', async () => {
    chmodSync(join(folder, '.env'), 0o640)
    const words = [
      '.env',
      '--name',
      'myapp/dev',
      '--yes',
      '--reduce',
      '--gitignore',
      '--no-history',
    ]
    const { code, stderr } = await bring(...words)
    assert.equal(code, 0, stderr)
    silent(stderr)
    assert.match(stderr, /all of it is there already/)
    assert.match(stderr, /git tracks \.env/)
    assert.match(stderr, /line 9 of \.env is a comment that looks like a secret/)
    const field = (name: string) => `{{resolve:secretsmanager:myapp/dev:SecretString:${name}}}`
    assert.equal(
      read('.env'),
      `# the database
DB_HOST=localhost
DB_PASSWORD=${field('DB_PASSWORD')} # ours
DATABASE_URL=${field('DATABASE_URL')}
export SIGNING_KEY=${field('SIGNING_KEY')}
PORT=3000
LOG_LEVEL=debug
TLS_KEY=${field('TLS_KEY')}
# OLD_PASSWORD=${password}
PAYMENTS=${field('PAYMENTS')}
NEXT_PUBLIC_ANALYTICS_KEY=G-1234567890
EMPTY_SECRET=
`,
    )
    assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o640)
    assert.equal(read('.gitignore'), '.env\n')
    const shown = '[process.env.DATABASE_URL, process.env.PORT].join()'
    const run = ['run', '--env-file', '.env', '--', process.execPath, '-p', shown]
    const ran = await typed(run, root, '', folder)
    assert.equal(ran.stdout, `postgres://app:${password}@localhost/app,3000\n`, ran.stderr)
    const again = await bring('.env', '--name', 'myapp/dev', '--yes', '--no-history')
    assert.match(again.stderr, /no variable is a secret/)
  })

  test('--split makes a secret for each; --secret and --config overrule the guess', async () => {
    put('split.env', `A_TOKEN=${signing}\nB_TOKEN=${live}\nNOTE=${password}\n`)
    const words = ['split.env', '--name', 'myapp/split', '--split', '--config', 'B_TOKEN']
    const { code, stderr } = await bring(...words, '--secret', 'NOTE', '--yes', '--reduce')
    assert.equal(code, 0, stderr)
    assert.equal(await storedIn('myapp/split/A_TOKEN'), signing)
    assert.equal(await storedIn('myapp/split/NOTE'), password)
    await assert.rejects(storedIn('myapp/split/B_TOKEN'))
    assert.match(read('split.env'), /^NOTE={{resolve:secretsmanager:myapp\/split\/NOTE}}$/m)
  })

  test('fields that are there stay; a value that is no object is not replaced', async () => {
    await secrets.send(
      new CreateSecretCommand({ Name: 'has/fields', SecretString: '{"kept":"1"}' }),
    )
    await secrets.send(new CreateSecretCommand({ Name: 'has/text', SecretString: 'text' }))
    put('more.env', `A_TOKEN=${signing}\n`)
    await bring('more.env', '--name', 'has/fields', '--yes')
    assert.deepEqual(JSON.parse(await storedIn('has/fields')), { kept: '1', A_TOKEN: signing })
    const refused = await bring('more.env', '--name', 'has/text', '--yes')
    assert.deepEqual([refused.code, refused.stdout], [1, ''])
    assert.match(refused.stderr, /does not hold a JSON object/)
  })

  test('where readers differ is said', async () => {
    put('odd.env', 'A_TOKEN=abc$def#ghi\nwhat is this\n')
    const { stderr } = await bring('odd.env', '--name', 'x', '--dry-run')
    assert.match(stderr, /A_TOKEN: what follows # is a comment to some readers/)
    assert.match(stderr, /A_TOKEN: a \$ that names nothing above it is kept/)
    assert.match(stderr, /line 2 is read by nobody/)
    assert.doesNotMatch(stderr, /abc|def|ghi/)
  })
})

test('JSON, whole or split', async () => {
  put('values.json', JSON.stringify({ a: signing, b: { c: 1 }, d: { SecretBinary: 'AAEC' } }))
  assert.equal((await bring('values.json', '--name', 'json/whole', '--yes')).code, 0)
  assert.equal(JSON.parse(await storedIn('json/whole')).a, signing)
  const split = await bring('values.json', '--name', 'json/split', '--split', '--yes')
  assert.equal(split.code, 0, split.stderr)
  assert.equal(await storedIn('json/split/a'), signing)
  assert.equal(await storedIn('json/split/b'), '{"c":1}')
  const bytes = await secrets.send(new GetSecretValueCommand({ SecretId: 'json/split/d' }))
  assert.deepEqual([...(bytes.SecretBinary ?? [])], [0, 1, 2])
})

test("a Vault's KV engine, version 2, with what lies below a path", async () => {
  const data: Readonly<Record<string, object>> = {
    '/v1/secret/data/app': { data: { data: { token: signing }, metadata: { version: 3 } } },
    '/v1/secret/metadata/app?list=true': { data: { keys: ['db', 'more/', 'gone'] } },
    '/v1/secret/data/app/db': { data: { data: { password }, metadata: { version: 1 } } },
    '/v1/secret/metadata/app/more?list=true': { data: { keys: ['api key'] } },
    '/v1/secret/data/app/more/api%20key': { data: { data: { key: live }, metadata: {} } },
    '/v1/secret/data/app/gone': { data: { data: null, metadata: {} } },
  }
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers['x-vault-token']?.toString())
    const found = data[request.url ?? '']
    response.writeHead(found ? 200 : 404).end(JSON.stringify(found ?? { errors: [] }))
  }).listen(0, '127.0.0.1')
  after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const VAULT_ADDR = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const vault = { ...root, VAULT_ADDR, VAULT_TOKEN: 'the-token' }
  const refused = await typed(['import', 'vault:secret/app', '--name', 'kv', '--yes'], vault)
  assert.match(refused.stderr, /kv\/more\/api key can't be a secret's name/)
  const words = ['import', 'vault:secret/app', '--name', 'kv', '--yes']
  delete (data as Record<string, object>)['/v1/secret/data/app/more/api%20key']
  const { code, stdout, stderr } = await typed(words, vault)
  assert.equal(code, 0, stderr)
  silent(stdout + stderr)
  assert.match(stdout, /^kv +•+ \(\d+ characters\) +new$/m)
  assert.deepEqual(JSON.parse(await storedIn('kv')), { token: signing })
  assert.deepEqual(JSON.parse(await storedIn('kv/db')), { password })
  assert.deepEqual([...new Set(asked)], ['the-token'])
})
