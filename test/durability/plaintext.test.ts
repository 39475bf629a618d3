/** A stolen data folder shows nothing of what was stored: no value, description, policy, tag, key. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseHouse } from '../house.ts'

/** Everything that a text could look like on a disk. */
function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  return [
    bytes,
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('base64').replace(/=+$/, '').slice(2, -2)),
    Buffer.from(text, 'utf16le'),
  ]
}

const canary = (kind: string) => `canary-${kind}-${randomBytes(18).toString('hex')}`

test('known values, descriptions, policies and keys are nowhere in the data folder', async (t) => {
  await using house = await raiseHouse()
  const secrets = new SecretsManagerClient(house.client())
  const iam = new IAMClient(house.client())
  const planted = {
    first: canary('first'),
    second: canary('second'),
    third: canary('third'),
    binary: randomBytes(48),
    description: canary('description'),
    tag: canary('tag'),
    sid: canary('sid').replaceAll('-', ''),
  }
  const Name = 'plaintext/one'
  const Tags = [{ Key: 'team', Value: planted.tag }]
  await secrets.send(
    new CreateSecretCommand({
      Name,
      SecretString: planted.first,
      Description: planted.description,
      Tags,
    }),
  )
  await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: planted.second }))
  await secrets.send(new UpdateSecretCommand({ SecretId: Name, SecretString: planted.third }))
  await secrets.send(
    new CreateSecretCommand({ Name: 'plaintext/two', SecretBinary: planted.binary }),
  )
  await secrets.send(new GetSecretValueCommand({ SecretId: Name }))
  await iam.send(new CreateUserCommand({ UserName: 'plain' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'plain' }))
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Sid: planted.sid, Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }],
  }
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'plain',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify(policy),
    }),
  )

  const texts = [
    planted.first,
    planted.second,
    planted.third,
    planted.description,
    planted.tag,
    planted.sid,
    AccessKey?.SecretAccessKey ?? '',
  ]
  const needles = [
    ...texts.flatMap(formsOf),
    planted.binary,
    Buffer.from(planted.binary.toString('base64')),
  ]
  const search = (path: string) => {
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file !== 'root-credentials' && statSync(join(path, file)).isFile(),
    )
    for (const file of files) {
      const bytes = readFileSync(join(path, file))
      for (const needle of needles) {
        assert.equal(bytes.indexOf(needle), -1, `${file} shows ${needle.toString('latin1')}`)
      }
    }
    return files
  }
  const open = search(house.dataPath)
  await house.stop()
  const closed = search(house.dataPath)
  assert.ok(open.includes('store.db-wal'), 'the log was there while it was open')
  assert.ok(closed.includes('store.db'))
  assert.deepEqual(house.complaints, [])
  // The search itself finds what is there: names stand in keys, readable.
  assert.notEqual(readFileSync(join(house.dataPath, 'store.db')).indexOf('plaintext/one'), -1)
  t.diagnostic(`${needles.length} forms of ${texts.length + 1} values, 0 found`)
})
