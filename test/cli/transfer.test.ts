/** push, pull and import between two houses, one of them in AWS's place: by name and version. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseHouse, type TestHouse } from '../house.ts'
import { typed } from './command.ts'

const [own, aws] = [await raiseHouse(), await raiseHouse()]
const folder = mkdtempSync(join(tmpdir(), 'strongroom-transfer-'))
after(async () => {
  rmSync(folder, { recursive: true })
  await own[Symbol.asyncDispose]()
  await aws[Symbol.asyncDispose]()
})
const [here, there] = [own, aws].map((each) => new SecretsManagerClient(each.client())) as [
  SecretsManagerClient,
  SecretsManagerClient,
]
const profile = join(own.dataPath, 'root-credentials')
/** What AWS's own tools would be given. */
const environment = {
  AWS_ACCESS_KEY_ID: aws.root.accessKeyId,
  AWS_SECRET_ACCESS_KEY: aws.root.secretAccessKey,
  STRONGROOM_AWS_ENDPOINT: aws.url,
}
const say = (...words: string[]) => typed([...words, '--profile', profile], environment)
const make = (client: SecretsManagerClient, Name: string, SecretString: string) =>
  client.send(
    new CreateSecretCommand({
      ...{ Name, SecretString, Description: 'told' },
      Tags: [{ Key: 'team', Value: 'a' }],
    }),
  )
const get = (client: SecretsManagerClient, SecretId: string) =>
  client.send(new GetSecretValueCommand({ SecretId }))
const change = (client: SecretsManagerClient, SecretId: string, SecretString: string) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString }))
const rowsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => row.split(/ {2,}/).slice(0, 2))

test('push: shown, agreed to, and the version keeps its id', async () => {
  await make(here, 'p/one', 'planted one')
  await make(here, 'p/two', 'planted two')
  await make(there, 'p/theirs', 'planted three')
  const dry = await say('push', 'aws', '--prefix', 'p/', '--dry-run')
  assert.equal(dry.code, 0, dry.stderr)
  const expected = [
    ['p/one', 'new'],
    ['p/two', 'new'],
    ['p/theirs', 'only there'],
  ]
  assert.deepEqual(rowsOf(dry.stdout), expected)
  const unasked = await say('push', 'aws', '--prefix', 'p/')
  assert.equal(unasked.code, 1)
  assert.match(unasked.stderr, /Nothing was written/)
  await assert.rejects(get(there, 'p/one'))
  const pushed = await say('push', 'aws', '--prefix', 'p/', '--yes')
  assert.equal(pushed.code, 0, pushed.stderr)
  assert.doesNotMatch(pushed.stdout + pushed.stderr + dry.stdout, /planted/)
  const [mine, theirs] = [await get(here, 'p/one'), await get(there, 'p/one')]
  assert.equal(theirs.SecretString, 'planted one')
  assert.equal(theirs.VersionId, mine.VersionId)
  const { Description, Tags } = await there.send(new DescribeSecretCommand({ SecretId: 'p/one' }))
  assert.deepEqual([Description, Tags], ['told', [{ Key: 'team', Value: 'a' }]])
})

test('what is the same stays; a change, and a way back to an earlier version, are taken over', async () => {
  const before = await get(here, 'p/one')
  const after = await change(here, 'p/one', 'planted four')
  assert.equal((await say('push', 'aws', '--prefix', 'p/', '--yes')).code, 0)
  assert.equal((await get(there, 'p/one')).VersionId, after.VersionId)
  await here.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'p/one',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: before.VersionId,
      RemoveFromVersionId: after.VersionId,
    }),
  )
  const back = await say('push', 'aws', '--prefix', 'p/', '--yes')
  assert.equal(back.code, 0, back.stderr)
  assert.equal((await get(there, 'p/one')).SecretString, 'planted one')
  const again = await say('push', 'aws', '--prefix', 'p/', '--yes')
  assert.match(again.stderr, /nothing to take over/)
})

test('pull: the other way; what they changed later is told; what is being deleted is left', async () => {
  await change(there, 'p/two', 'planted five')
  const { stdout } = await say('push', 'aws', '--prefix', 'p/', '--dry-run', '--json')
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row))
  const two = rows.find(({ name }) => name === 'p/two')
  assert.partialDeepStrictEqual(two, { change: 'changed', isNewer: true })
  assert.equal((await say('pull', 'aws', '--prefix', 'p/', '--yes')).code, 0)
  assert.equal((await get(here, 'p/two')).SecretString, 'planted five')
  assert.equal((await get(here, 'p/theirs')).SecretString, 'planted three')
  await there.send(new DeleteSecretCommand({ SecretId: 'p/two' }))
  const deleted = await say('push', 'aws', '--prefix', 'p/two', '--yes')
  assert.deepEqual(rowsOf(deleted.stdout), [['p/two', 'being deleted there']])
})

test('import takes from AWS by a profile, and from another Strongroom by its credentials file', async () => {
  await make(there, 'q/aws', 'planted six')
  const config = join(folder, 'config')
  const line = (each: TestHouse) =>
    `aws_access_key_id = ${each.root.accessKeyId}\naws_secret_access_key = ${each.root.secretAccessKey}\n`
  writeFileSync(
    config,
    `[profile work]\n${line(aws)}endpoint_url = ${aws.url}\nregion = us-east-1\n`,
  )
  const words = ['import', 'aws:q/', '--aws-profile', 'work', '--yes', '--profile', profile]
  const none = join(folder, 'none')
  const files = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: none }
  const taken = await typed(words, files)
  assert.equal(taken.code, 0, taken.stderr)
  assert.equal((await get(here, 'q/aws')).SecretString, 'planted six')
  await make(there, 'r/other', 'planted seven')
  const other = join(aws.dataPath, 'root-credentials')
  const brought = await say('import', 'strongroom:r/', '--from', other, '--yes')
  assert.equal(brought.code, 0, brought.stderr)
  assert.equal((await get(here, 'r/other')).SecretString, 'planted seven')
})

test('a side with itself is refused', async () => {
  const { code, stderr } = await say('push', profile, '--dry-run')
  assert.equal(code, 1)
  assert.match(stderr, /Both sides are the same/)
})
