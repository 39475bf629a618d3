/** A repository with values planted in it: every one is found, none is printed, nothing else is told. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { raiseHouse } from '../house.ts'
import { typed } from './command.ts'

const house = await raiseHouse()
after(() => house[Symbol.asyncDispose]())
const folder = mkdtempSync(join(tmpdir(), 'strongroom-scan-'))
after(() => rmSync(folder, { recursive: true }))
const root = {
  AWS_ACCESS_KEY_ID: house.root.accessKeyId,
  AWS_SECRET_ACCESS_KEY: house.root.secretAccessKey,
  AWS_ENDPOINT_URL: house.url,
  HOME: folder,
}
const execute = promisify(execFile)
/** Each commit is a second younger than the one before. */
let seconds = 1_700_000_000
/** Not waited for in place: hooks call the house, which lives in this process. */
const git = async (...words: string[]) => {
  const GIT_COMMITTER_DATE = `${seconds++} +0000`
  const env = { PATH: process.env.PATH, GIT_COMMITTER_DATE, ...root }
  return (await execute('git', words, { cwd: folder, env })).stdout.trim()
}
const put = (path: string, text: string | Uint8Array) => writeFileSync(join(folder, path), text)
const scan = (...words: string[]) => typed(['scan', ...words], root, '', folder)

const values = {
  password: 'tr0ub4dor & "three"/ä',
  token: randomBytes(24).toString('base64url'),
  old: 'the value before it',
  dsn: 'db-pass%2Fword-77',
  pem: `-----BEGIN PRIVATE KEY-----\n${randomBytes(96).toString('base64').match(/.{64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`,
  parameter: randomBytes(18).toString('hex'),
  bytes: randomBytes(40),
}
const secrets = new SecretsManagerClient(house.client())
const make = (Name: string, value: string | Uint8Array) =>
  secrets.send(
    new CreateSecretCommand({
      Name,
      ...(typeof value === 'string' ? { SecretString: value } : { SecretBinary: value }),
    }),
  )
await make(
  'app/db',
  JSON.stringify({ username: 'postgres', host: 'db.internal.example', password: values.password }),
)
await make('app/token', values.old)
await secrets.send(new PutSecretValueCommand({ SecretId: 'app/token', SecretString: values.token }))
await make('app/url', `postgres://app:${encodeURIComponent(values.dsn)}@db.internal.example/app`)
await make('app/pem', values.pem)
await make('app/bytes', values.bytes)
await make('app/plain', 'yes')
await new SSMClient(house.client()).send(
  new PutParameterCommand({ Name: '/app/key', Type: 'SecureString', Value: values.parameter }),
)

const base64 = (text: string) => Buffer.from(text).toString('base64')
const noise = () => `const digest = '${randomBytes(32).toString('hex')}' // db.internal.example\n`
await git('init', '-q', '-b', 'main')
await git('config', 'user.email', 'a@example.com')
await git('config', 'user.name', 'a')

describe('a seeded repository', () => {
  const planted: readonly (readonly [path: string, text: string | Uint8Array, told: string])[] = [
    ['plain.txt', `one\ntwo ${values.password} three\n`, 'plain.txt:2  app/db password'],
    [
      'json.json',
      JSON.stringify({ a: values.password }),
      'json.json:1  app/db password  (escaped)',
    ],
    [
      'url.txt',
      `?p=${encodeURIComponent(values.password)}`,
      'url.txt:1  app/db password  (URL-encoded)',
    ],
    [
      'form.txt',
      `${new URLSearchParams({ p: values.password })}`,
      'form.txt:1  app/db password  (URL-encoded)',
    ],
    ['base64.txt', base64(values.password), 'base64.txt:1  app/db password  (in base64)'],
    ['basic.txt', `Basic ${base64(`user:${values.token}`)}`, 'basic.txt:1  app/token  (in base64)'],
    [
      'basic2.txt',
      `Basic ${base64(`user1:${values.token}!`)}`,
      'basic2.txt:1  app/token  (in base64)',
    ],
    [
      'utf16.txt',
      Buffer.from(`a\n${values.token}`, 'utf16le'),
      'utf16.txt:2  app/token  (in UTF-16)',
    ],
    ['old.txt', values.old, 'old.txt:1  app/token (AWSPREVIOUS)'],
    ['password.txt', `PGPASSWORD=${values.dsn}`, 'password.txt:1  app/url'],
    ['crlf.pem', values.pem.replaceAll('\n', '\r\n'), 'crlf.pem:1  app/pem'],
    ['yaml.yaml', values.pem.replaceAll('\n', '\n    '), 'yaml.yaml:2  app/pem  (a line of it)'],
    ['key.js', `x('${values.parameter}')`, 'key.js:1  /app/key'],
    ['bytes.bin', Buffer.concat([randomBytes(10), values.bytes]), 'bytes.bin:1  app/bytes'],
  ]

  test('every planted value is found, none is printed, no false alarm', async () => {
    for (const [path, text] of planted) put(path, text)
    mkdirSync(join(folder, 'src'))
    for (let at = 0; at < 50; at++) put(`src/${at}.js`, noise().repeat(200))
    // Across the pieces in which a file is read.
    put('long.txt', Buffer.concat([Buffer.alloc((1 << 20) - 9, 'x\n'), Buffer.from(values.token)]))
    const { code, stdout, stderr } = await scan('.', '--no-history')
    assert.equal(code, 1, stderr)
    const told = stdout.trimEnd().split('\n')
    for (const [path, , expected] of planted) {
      assert.ok(told.includes(expected), `${path}: ${told.filter((each) => each.startsWith(path))}`)
    }
    assert.deepEqual(
      told.filter((each) => each.startsWith('long.txt')),
      [`long.txt:${(1 << 19) - 4}  app/token`],
    )
    const places = new Set(told.map((each) => each.split(':')[0]))
    assert.deepEqual([...places].sort(), ['long.txt', ...planted.map(([path]) => path)].sort())
    for (const value of Object.values(values)) {
      assert.ok(!(stdout + stderr).includes(value.toString()), 'a value was printed')
    }
    assert.match(stderr, /too short or too plain to be searched for: app\/plain\n/)
  })

  test('what is gone from the files is found in the history, with its commit', async () => {
    await git('add', 'plain.txt', 'src')
    await git('commit', '-qm', `the message holds ${values.parameter}`)
    const first = await git('rev-parse', '--short', 'HEAD')
    put('plain.txt', `one\ntwo ${values.password} three\nfour ${values.password}\n`)
    await git('commit', '-qam', 'more')
    await git('rm', '-q', '--cached', 'plain.txt')
    await git('commit', '-qm', 'gone')
    put('lost.txt', values.token)
    const lost = (await git('hash-object', '-w', 'lost.txt')).slice(0, 12)
    for (const path of ['lost.txt', 'long.txt', ...planted.map(([each]) => each)])
      rmSync(join(folder, path))
    const { code, stdout } = await scan()
    assert.equal(code, 1)
    assert.deepEqual(
      stdout.trimEnd().split('\n').sort(),
      [
        `${first}:plain.txt:2  app/db password  (2 versions of it)`,
        `(message of the commit) ${(await git('rev-parse', 'main~2')).slice(0, 12)}:5  /app/key`,
        `(in no commit) ${lost}:1  app/token`,
      ].sort(),
    )
  })

  test('--json and --exclude', async () => {
    put('again.txt', values.token)
    put('left-out.txt', values.token)
    const { stdout } = await scan('.', '--no-history', '--json', '--exclude', 'left-*')
    assert.deepEqual(JSON.parse(stdout), {
      what: 'app/token',
      form: 'plain',
      line: 1,
      path: 'again.txt',
    })
  })
})

describe('--pre-commit', () => {
  test('a commit with a value is stopped, one without goes through', async () => {
    assert.equal((await scan('--pre-commit')).code, 0)
    await git('add', 'again.txt')
    await assert.rejects(
      git('commit', '-qm', 'leak'),
      (thrown: { stdout: string; stderr: string }) => {
        assert.match(thrown.stdout + thrown.stderr, /again\.txt:1 {2}app\/token/)
        assert.ok(!(thrown.stdout + thrown.stderr).includes(values.token))
        return true
      },
    )
    await git('rm', '-q', '--cached', 'again.txt')
    put('clean.txt', noise())
    await git('add', 'clean.txt')
    await git('commit', '-qm', 'clean')
    assert.equal(await git('log', '-1', '--format=%s'), 'clean')
  })

  test("somebody else's hook is left alone", async () => {
    put('.git/hooks/pre-commit', '#!/bin/sh\necho mine\n')
    const { code, stderr } = await scan('--pre-commit')
    assert.equal(code, 2)
    assert.match(stderr, /is there already: add this line/)
  })
})

test('nothing found is 0, not searched is 2', async () => {
  const empty = mkdtempSync(join(folder, 'empty-'))
  const { code, stdout } = await scan(empty, '--no-history')
  assert.deepEqual([code, stdout], [0, ''])
  assert.equal((await scan(join(folder, 'none'))).code, 2)
  const away = { ...root, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
  assert.equal((await typed(['scan', empty], away)).code, 2)
})
