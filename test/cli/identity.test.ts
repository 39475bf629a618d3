/** account, credentials, who, why: as a person types them. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { parse } from 'ini'
import { indexed } from '../audit/indexed.ts'
import { type Keys, raiseHouse } from '../house.ts'
import { main } from '../program.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { account, policy, raiseScene, roleArn, trust, userArn } from '../wire/sts/scene.ts'
import { typed } from './command.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const folder = mkdtempSync(join(tmpdir(), 'strongroom-cli-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const profile = join(house.dataPath, 'root-credentials')
const keysIn = (text: string): Keys => {
  const [found = {}] = Object.values(parse(text))
  return {
    accessKeyId: found.aws_access_key_id,
    secretAccessKey: found.aws_secret_access_key,
  }
}
const environmentOf = ({ accessKeyId, secretAccessKey }: Keys) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_ENDPOINT_URL: house.url,
})
const whoIs = (keys: Keys) =>
  new STSClient(house.client(keys)).send(new GetCallerIdentityCommand({}))

test('account create prints a credentials file that works; its secret is not said elsewhere', async () => {
  const { code, stdout, stderr } = await typed([
    'account',
    'create',
    '--id',
    '111122223333',
    '--profile',
    profile,
  ])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^\[strongroom-111122223333\]\naws_access_key_id = AKIA/)
  const keys = keysIn(stdout)
  assert.ok(!stderr.includes(keys.secretAccessKey))
  assert.equal((await whoIs(keys)).Arn, 'arn:aws:iam::111122223333:root')
  const file = join(folder, 'tenant')
  writeFileSync(file, stdout)
  const listed = await typed(['account', 'list', '--profile', file])
  assert.equal(listed.code, 1)
  assert.match(listed.stderr, /^strongroom: AccessDeniedException: .*strongroom:ListAccounts/)
})

test('account list prints every account', async () => {
  const { code, stdout } = await typed(['account', 'list', '--profile', profile])
  assert.equal(code, 0)
  const ids = stdout
    .trimEnd()
    .split('\n')
    .map((each) => each.split('  ')[0])
  assert.deepEqual(ids, ['000000000000', '111122223333'])
})

test('account create tells a refusal in one sentence', async () => {
  const words = ['account', 'create', '--id', '111122223333', '--profile', profile]
  const { code, stdout, stderr } = await typed(words)
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.equal(
    stderr,
    'strongroom: AccountExistsException: The account 111122223333 exists already.\n',
  )
})

test('credentials prints what a credential_process must, and SDKs take it', async () => {
  const ann = await scene.user('ann', policy({ Effect: 'Allow', Action: '*', Resource: '*' }))
  await scene.role('Reader', trust({ AWS: account }))
  const words = ['credentials', '--role', roleArn('Reader'), '--session-name', 'here']
  const { code, stdout, stderr } = await typed([...words, '--duration', '900'], environmentOf(ann))
  assert.equal(code, 0, stderr)
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, ...rest } = JSON.parse(stdout)
  assert.equal(Version, 1)
  assert.equal(rest.AccountId, account)
  const seconds = (Date.parse(rest.Expiration) - Date.now()) / 1000
  assert.ok(seconds > 880 && seconds <= 901, String(seconds))
  const keys = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  }
  const { Arn } = await whoIs(keys)
  assert.equal(Arn, `arn:aws:sts::${account}:assumed-role/Reader/here`)
})

test('credentials: an SDK that is configured with it runs it by itself', async () => {
  const node = process.execPath
  const annFile = join(folder, 'ann')
  const bob = await scene.user('bob', policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }))
  const region = 'us-east-1'
  writeFileSync(
    annFile,
    `[bob]\naws_access_key_id = ${bob.accessKeyId}\naws_secret_access_key = ${bob.secretAccessKey}\nregion = ${region}\nendpoint_url = ${house.url}\n`,
  )
  const configFile = join(folder, 'config')
  const command = `${node} ${main} credentials --role ${roleArn('Reader')} --profile ${annFile}`
  writeFileSync(configFile, `[profile reader]\ncredential_process = ${command}\n`)
  process.env.AWS_CONFIG_FILE = configFile
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'none')
  const client = new STSClient({ endpoint: house.url, region, profile: 'reader' })
  const { Arn } = await client.send(new GetCallerIdentityCommand({}))
  assert.match(Arn ?? '', /:assumed-role\/Reader\/strongroom-/)
})

test('credentials tells a refusal, and wants a role', async () => {
  const eve = await scene.user('eve')
  const refused = await typed(['credentials', '--role', roleArn('Reader')], environmentOf(eve))
  assert.equal(refused.code, 1)
  assert.equal(
    refused.stderr,
    `strongroom: AccessDenied: User: ${userArn('eve')} is not authorized to perform: sts:AssumeRole on resource: ${roleArn('Reader')}\n`,
  )
  const incomplete = await typed(['credentials'])
  assert.equal(incomplete.code, 1)
  assert.match(incomplete.stderr, /--role/)
})

test('who prints each reader with the statement', async () => {
  const secrets = new SecretsManagerClient(house.client())
  const { ARN } = await secrets.send(
    new CreateSecretCommand({ Name: 'shop/key', SecretString: 'hello' }),
  )
  const { code, stdout, stderr } = await typed(['who', 'shop/key', '--profile', profile])
  assert.equal(code, 0, stderr)
  assert.deepEqual(stdout.split('\n'), [
    ARN,
    `Root  arn:aws:iam::${account}:root  as root`,
    `User  ${userArn('ann')}  identity user/ann/inline, statement 1`,
    '',
  ])
})

test('why prints what decided then and now', async () => {
  const eve = await scene.user('eva', policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }))
  const client = new SecretsManagerClient(house.client(eve))
  const refused = await client
    .send(new GetSecretValueCommand({ SecretId: 'shop/key' }))
    .catch((thrown) => thrown)
  const { code, stdout, stderr } = await typed([
    'why',
    refused.$metadata.requestId,
    '--profile',
    profile,
  ])
  assert.equal(code, 0, stderr)
  const secretArn =
    (
      await new SecretsManagerClient(house.client()).send(
        new DescribeSecretCommand({ SecretId: 'shop/key' }),
      )
    ).ARN ?? ''
  const [summary, ...lines] = stdout.split('\n')
  assert.match(
    summary ?? '',
    /^\S+Z {2}AccessDenied {2}arn:aws:iam::000000000000:user\/eva {2}secretsmanager:GetSecretValue$/,
  )
  assert.deepEqual(lines, [
    'then  implicitDeny: no identity policy allows it',
    'now   implicitDeny: no identity policy allows it',
    '      Allow  identity user/eva/inline, statement 1  does not apply: action',
    `to allow it, add to the  identity  policy  ${policy({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn })}`,
    '    or widen  identity user/eva/inline, statement 1  which lacks only this: action',
    '',
  ])
  const json = await typed(['why', refused.$metadata.requestId, '--json', '--profile', profile])
  assert.equal(JSON.parse(json.stdout).Then.Missing, 'identity')
})

test('who --did prints what each did, and who never did; --json all of it', async () => {
  const client = new SecretsManagerClient(house.client())
  await client.send(new GetSecretValueCommand({ SecretId: 'shop/key' }))
  const options = ['--since', '2h', '--profile', profile]
  await indexed(house)
  const { code, stdout, stderr } = await typed(['who', 'shop/key', '--did', ...options])
  assert.equal(code, 0, stderr)
  const [first, ...lines] = stdout.split('\n')
  assert.match(first ?? '', /^arn:aws:secretsmanager:.* {2}since 2\d{3}-/)
  assert.ok(lines.includes(`Root  arn:aws:iam::${account}:root  may read it`))
  assert.match(
    stdout,
    /\n {5}secretsmanager:GetSecretValue {2}1 times, last 2\S+Z from 127\.0\.0\.1, version [0-9a-f-]{36}\n/,
  )
  assert.match(stdout, /\ncould, and never did:\nUser {2}arn:aws:iam::\d+:user\/ann {2}identity /)
  const json = await typed(['who', 'shop/key', '--json', ...options])
  assert.equal(JSON.parse(json.stdout).Complete, true)
  const wrong = await typed(['who', 'shop/key', '--since', 'soon', '--profile', profile])
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /^strongroom: --since soon is neither a span such as 30d/)
})

test('lint prints findings, the worst first, and tells by its exit code that there are any', async () => {
  const { code, stdout, stderr } = await typed(['lint', '--profile', profile])
  assert.equal(code, 2, stderr)
  assert.match(
    stdout,
    /^low {7}SECRET_WITHOUT_ROTATION {2}arn:aws:secretsmanager:\S+:secret:shop\/key-/m,
  )
  const none = await typed(['lint', '--severity', 'critical', '--profile', profile])
  assert.deepEqual([none.code, none.stdout], [0, ''])
  const json = await typed(['lint', '--json', '--profile', profile])
  const [first = ''] = json.stdout.split('\n')
  assert.match(JSON.parse(first).Id, /^[0-9a-f]{16}$/)
  const wrong = await typed(['lint', '--severity', 'dire', '--profile', profile])
  assert.equal(wrong.code, 1)
})

test('account reset-root gives root a new key, ends the old ones, and is recorded', async () => {
  const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-reset-'))
  after(() => rmSync(dataPath, { recursive: true, force: true }))
  await using first = await raiseHouse({ dataPath })
  const made = await typed([
    'account',
    'create',
    '--id',
    '111122223333',
    '--profile',
    join(dataPath, 'root-credentials'),
  ])
  assert.equal(made.code, 0, made.stderr)
  const serving = await typed(['account', 'reset-root', '--data', dataPath])
  assert.equal(serving.code, 1, 'not while somebody serves')
  await first.stop()

  const own = await typed(['account', 'reset-root', '--data', dataPath])
  assert.equal(own.code, 0, own.stderr)
  assert.equal(own.stdout, `${join(dataPath, 'root-credentials')}\n`)
  assert.equal(statSync(join(dataPath, 'root-credentials')).mode & 0o777, 0o600)
  const other = await typed([
    'account',
    'reset-root',
    '--data',
    dataPath,
    '--account',
    '111122223333',
  ])
  assert.equal(other.stdout, `${join(dataPath, 'root-credentials-111122223333')}\n`, other.stderr)
  const nobody = await typed([
    'account',
    'reset-root',
    '--data',
    dataPath,
    '--account',
    '999999999999',
  ])
  assert.equal(nobody.code, 1)
  assert.equal(nobody.stderr, 'strongroom: There is no account 999999999999 in this store.\n')

  await using second = await raiseHouse({ dataPath })
  const ask = (keys: Keys) =>
    new STSClient(second.client(keys)).send(new GetCallerIdentityCommand({}))
  await ask(second.root)
  assert.notEqual(second.root.accessKeyId, first.root.accessKeyId)
  await assert.rejects(ask(first.root), { name: 'InvalidClientTokenId' })
  await assert.rejects(ask(keysIn(made.stdout)), { name: 'InvalidClientTokenId' })
  const tenant = keysIn(readFileSync(join(dataPath, 'root-credentials-111122223333'), 'utf8'))
  assert.equal((await ask(tenant)).Account, '111122223333')
  const [reset] = await new StrongroomRecords(second)
    .newest(100)
    .then((records) => records.filter(({ eventName }) => eventName === 'RootCredentialsReset'))
  assert.deepEqual(reset?.additionalEventData, { accessKeyId: second.root.accessKeyId })
})
