/** rotate attach: as a person types it, with the shipped functions run for real. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { Client } from 'pg'
import { raisePostgres, withoutPostgres } from '../postgres.ts'
import { raiseScene } from '../wire/secretsmanager/scene.ts'
import { typed } from './command.ts'

const scene = await raiseScene({ world: { rotation: { lookMs: 100 } } })
after(() => scene[Symbol.asyncDispose]())
const profile = join(scene.house.dataPath, 'root-credentials')
const command = (...words: string[]) => typed([...words, '--profile', profile])
const attach = (secret: string, ...words: string[]) => command('rotate', 'attach', secret, ...words)
const read = async (SecretId: string) =>
  (await scene.root.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? ''
const counts = async () => {
  const { Functions = [] } = await new LambdaClient(scene.house.client()).send(
    new ListFunctionsCommand({}),
  )
  const { Roles = [] } = await new IAMClient(scene.house.client()).send(new ListRolesCommand({}))
  return [Functions.length, Roles.length]
}

test('an unknown rotator, span or setting, and a missing key, make nothing', async () => {
  const { name } = await scene.secret({ SecretString: '{"host":"h"}' })
  const every = ['--every', '30d']
  const wrongs = [
    [['--using', 'oracle', ...every], /There is no rotator oracle\. There are:\n {2}postgres: /],
    [['--using', 'random', '--every', '30x'], /--every 30x is neither days \(30d\), hours/],
    [
      ['--using', 'random', ...every, '--set', 'A=1'],
      /random does not heed A\. It heeds SECRET_KEY/,
    ],
    [['--using', 'postgres', ...every], /postgres needs username, password in the secret's JSON\./],
  ] as const
  for (const [words, said] of wrongs) {
    const { code, stderr } = await attach(name, ...words)
    assert.equal(code, 1)
    assert.match(stderr, said)
  }
  assert.deepEqual(await counts(), [0, 0])
})

test('a random string, under a customer’s key: attached, then rotated, then attached again', async () => {
  const { CreateKeyCommand } = await import('@aws-sdk/client-kms')
  const { KeyMetadata } = await scene.kms.send(new CreateKeyCommand({}))
  const { name } = await scene.secret({ Name: 'app/token', KmsKeyId: KeyMetadata?.KeyId ?? '' })
  const words = ['--using', 'random', '--every', '12h', '--set', 'PASSWORD_LENGTH=48']
  const first = await attach(name, ...words)
  assert.deepEqual([first.code, first.stderr], [0, ''])
  assert.match(first.stdout, /testSecret {4}done .*\nattached {2}the function opens it/)
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId: name }))
  assert.deepEqual(described.RotationRules, { ScheduleExpression: 'rate(12 hours)' })
  assert.match(described.RotationLambdaARN ?? '', /:function:rotate-app-token-\w{6}$/)
  const rotated = await command('rotate', name, '--logs')
  assert.equal(rotated.code, 0)
  assert.match(rotated.stderr, /START RequestId: /)
  assert.ok(!rotated.stderr.includes(await read(name)))
  assert.equal((await read(name)).length, 48)
  assert.equal((await attach(name, ...words)).code, 0)
  assert.deepEqual(await counts(), [1, 1])
})

test('PostgreSQL: attached, rotated, rehearsed', { skip: withoutPostgres }, async () => {
  await using postgres = await raisePostgres()
  const { host, port } = postgres.admin
  await postgres.run("CREATE ROLE app LOGIN PASSWORD 'first'")
  const value = { host, port, username: 'app', password: 'first' }
  const { name } = await scene.secret({ Name: 'app/db', SecretString: JSON.stringify(value) })
  const opens = async () => {
    const { username: user, password } = JSON.parse(await read(name))
    const client = new Client({ host, port, user, password, database: 'postgres' })
    await client.connect()
    await client.end()
    return password as string
  }
  assert.equal((await attach(name, '--using', 'postgres', '--every', '30d')).code, 0)
  assert.equal(await opens(), 'first')
  assert.equal((await command('rotate', name)).code, 0)
  const rotated = await opens()
  assert.notEqual(rotated, 'first')
  const { code, stdout } = await command('rotate', name, '--rehearse', '--yes')
  assert.equal(code, 0)
  assert.match(stdout, /rehearsed {2}there and back; the scratch copy was removed\n$/)
  assert.equal(await opens(), rotated)
})
