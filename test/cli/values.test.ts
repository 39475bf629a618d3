/** get, set, list, history, diff, run: as a person types them. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { raiseHouse } from '../house.ts'
import { typed } from './command.ts'

const house = await raiseHouse()
after(() => house[Symbol.asyncDispose]())
const root = {
  AWS_ACCESS_KEY_ID: house.root.accessKeyId,
  AWS_SECRET_ACCESS_KEY: house.root.secretAccessKey,
  AWS_ENDPOINT_URL: house.url,
}
const secrets = new SecretsManagerClient(house.client())
const make = (Name: string, SecretString: string) =>
  secrets.send(new CreateSecretCommand({ Name, SecretString }))
const say = (words: string[], input?: string) => typed(words, root, input)

test('set makes a secret, then a version, then one field; get gives them; no value is said', async () => {
  assert.equal((await say(['set', 'dev/one'], '{"user":"app"}\n')).code, 0)
  const changed = await say(['set', 'dev/one', '--field', 'password'], 'planted value\n')
  assert.equal(changed.code, 0, changed.stderr)
  assert.doesNotMatch(changed.stdout + changed.stderr, /planted/)
  assert.equal((await say(['get', 'dev/one'])).stdout, '{"user":"app","password":"planted value"}')
  assert.equal((await say(['get', 'dev/one', '--field', 'password'])).stdout, 'planted value')
  const previous = await say(['get', 'dev/one', '--stage', 'AWSPREVIOUS'])
  assert.equal(previous.stdout, '{"user":"app"}')
  const told = JSON.parse((await say(['get', 'dev/one', '--json', '--field', 'user'])).stdout)
  assert.partialDeepStrictEqual(told, { name: 'dev/one', value: 'app' })
})

test('bytes go in and come out as they are', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 10])
  assert.equal((await typed(['set', 'dev/bytes'], root, bytes)).code, 0)
  const told = JSON.parse((await say(['get', 'dev/bytes', '--json'])).stdout)
  assert.equal(told.base64, bytes.toString('base64'))
  assert.match((await say(['get', 'dev/bytes', '--field', 'x'])).stderr, /holds bytes/)
})

describe('refusals are one sentence and exit code 1', () => {
  const cases: readonly (readonly [string[], string | undefined, RegExp])[] = [
    [['get', 'absent'], undefined, /^strongroom: ResourceNotFoundException: .*\n$/],
    [['get', 'dev/text', '--field', 'x'], undefined, /^strongroom: dev\/text has no field x\.\n$/],
    [['set', 'dev/empty'], '', /^strongroom: No value was given\.\n$/],
    [['set', 'dev/text', '--field', 'x'], 'y', /does not hold a JSON object/],
    [['run', 'dev/text'], undefined, /^strongroom: Name the program behind --\.\n$/],
    [['run', 'dev/loader', '--', 'true'], undefined, /has a field that can't be a variable/],
    [['run', 'dev/text', '--', 'no-such-program'], undefined, /can't be started/],
  ]
  for (const [words, input, expected] of cases) {
    test(words.join(' '), async () => {
      await make('dev/text', 'no JSON').catch(() => {})
      await make('dev/loader', '{"LD_PRELOAD":"x"}').catch(() => {})
      const { code, stderr } = await say(words, input)
      assert.equal(code, 1)
      assert.match(stderr, expected)
    })
  }
})

test('list and history: tables for people, JSON for programs', async () => {
  await make('list/b', 'x')
  await make('list/a', 'x')
  const { stdout } = await say(['list', 'list/'])
  const rows = stdout.trimEnd().split('\n')
  assert.match(rows[0] ?? '', /^NAME +CHANGED +ROTATES +DESCRIPTION$/)
  assert.match(rows[1] ?? '', /^list\/a +\d{4}-\d\d-\d\d +-$/)
  const names = (await say(['list', 'list/', '--json'])).stdout.trimEnd().split('\n')
  assert.deepEqual(
    names.map((each) => JSON.parse(each).Name),
    ['list/a', 'list/b'],
  )
  await say(['set', 'list/a'], 'y')
  const versions = (await say(['history', 'list/a'])).stdout.trimEnd().split('\n')
  assert.match(versions[1] ?? '', /AWSCURRENT$/)
  assert.match(versions[2] ?? '', /AWSPREVIOUS$/)
})

test('diff tells fields and never values', async () => {
  await make('dev/diff', '{"same":"1","gone":"planted-a","other":"planted-b"}')
  await say(['set', 'dev/diff'], '{"same":"1","other":"planted-c","new":"planted-d"}')
  const { code, stdout } = await say(['diff', 'dev/diff'])
  assert.equal(code, 2)
  assert.equal(stdout, '-  gone\n+  new\n~  other\n')
  const same = await say(['diff', 'dev/diff', '--from', 'AWSCURRENT'])
  assert.deepEqual([same.code, same.stdout], [0, ''])
})

describe('run', () => {
  const print = ['--', process.execPath, '-p']

  test('gives the fields as variables, a plain value by its name, and not the keys that read them', async () => {
    await make('dev/app', '{"DB_USER":"app","PORT":5432}')
    await make('dev/api-token', 'planted token')
    const shown =
      'JSON.stringify([process.env.DB_USER, process.env.PORT, process.env.API_TOKEN, process.env.AWS_SECRET_ACCESS_KEY])'
    const { code, stdout, stderr } = await say(['run', 'dev/app', 'dev/api-token', ...print, shown])
    assert.equal(code, 0, stderr)
    assert.deepEqual(JSON.parse(stdout), ['app', '5432', 'planted token', null])
  })

  test('hands through the exit code', async () => {
    assert.equal((await say(['run', 'dev/app', ...print, 'process.exit(7)'])).code, 7)
  })
})

test('credentials are found by profile, as AWS finds them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-profile-'))
  const [keys, rest] = [join(folder, 'credentials'), join(folder, 'config')]
  writeFileSync(
    keys,
    `[mine]\naws_access_key_id = ${root.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${root.AWS_SECRET_ACCESS_KEY}\n`,
  )
  writeFileSync(rest, `[profile mine]\nregion = eu-west-1\nendpoint_url = ${house.url}\n`)
  const environment = {
    AWS_PROFILE: 'mine',
    AWS_SHARED_CREDENTIALS_FILE: keys,
    AWS_CONFIG_FILE: rest,
  }
  const made = await typed(['set', 'far/away'], environment, 'x')
  assert.equal(made.code, 0, made.stderr)
  assert.match((await typed(['list'], environment)).stdout, /far\/away/)
  assert.doesNotMatch((await say(['list'])).stdout, /far\/away/)
  rmSync(folder, { recursive: true })
})
