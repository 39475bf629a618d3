/**
 * Condition keys of the secret and of requests, where no operation's own file shows them.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { policy, raiseScene, refused, type Scene, said } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const when = (Condition: object) => scene.as({ Action: 'secretsmanager:*', Condition })

test('the secret: its ARN, its kind, the region of its primary', async () => {
  const AddReplicaRegions = [{ Region: 'eu-west-1' }]
  const { arn, name } = await scene.secret({ Type: 'SnowflakePat', AddReplicaRegions })
  const { arn: other } = await scene.secret()
  const conditions = [
    { StringEquals: { 'secretsmanager:SecretId': arn } },
    { StringEquals: { 'secretsmanager:resource/Type': 'SnowflakePat' } },
  ]
  for (const condition of conditions) {
    const reader = await when(condition)
    await reader.send(new GetSecretValueCommand({ SecretId: name }))
    await refused(
      reader.send(new GetSecretValueCommand({ SecretId: other })),
      'AccessDeniedException',
      /secretsmanager:GetSecretValue/,
    )
  }
  const keys = await scene.user(
    policy({
      Action: 'secretsmanager:*',
      Condition: { StringEquals: { 'secretsmanager:SecretPrimaryRegion': 'us-east-1' } },
    }),
  )
  await scene.client(keys).send(new GetSecretValueCommand({ SecretId: other }))
  const abroad = scene.client(keys, 'eu-west-1')
  await abroad.send(new GetSecretValueCommand({ SecretId: name }))
})

test('the version that a read asks for', async () => {
  const { arn: SecretId, versionId } = await scene.secret()
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' }))
  const reader = await when({ StringEquals: { 'secretsmanager:VersionId': versionId } })
  await reader.send(new GetSecretValueCommand({ SecretId, VersionId: versionId }))
  await refused(
    reader.send(new GetSecretValueCommand({ SecretId })),
    'AccessDeniedException',
    /secretsmanager:GetSecretValue/,
  )
})

test('what an update would change', async () => {
  const { arn: SecretId } = await scene.secret()
  const update = (input: object) => new UpdateSecretCommand({ SecretId, ...input })
  const conditions = [
    [{ StringLike: { 'secretsmanager:Description': 'ok*' } }, { Description: 'ok?' }],
    [{ StringEquals: { 'secretsmanager:Type': 'Kind' } }, { Type: 'Kind' }],
  ] as const
  for (const [condition, input] of conditions) {
    const updater = await when(condition)
    await updater.send(update(input))
    for (const [member] of Object.entries(input)) {
      await refused(
        updater.send(update({ [member]: 'other' })),
        'AccessDeniedException',
        /secretsmanager:UpdateSecret/,
      )
    }
  }
})

test('a secret whose rotation has no function has no key for one', async () => {
  const { arn: SecretId } = await scene.secret()
  const rotator = await when({
    Null: { 'secretsmanager:resource/AllowRotationLambdaArn': 'true' },
  })
  await refused(
    rotator.send(new RotateSecretCommand({ SecretId })),
    'InvalidRequestException',
    'No Lambda rotation function ARN is associated with this secret.',
  )
})

test('what an absent secret is decided by: its name, its ARN, the request', async () => {
  const name = `absent/${randomUUID()}`
  const reader = await scene.as({
    Action: 'secretsmanager:GetSecretValue',
    Resource: `arn:aws:secretsmanager:*:*:secret:${name}-??????`,
    Condition: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
  })
  const get = (SecretId: string, VersionStage?: string) =>
    reader.send(new GetSecretValueCommand({ SecretId, VersionStage }))
  await refused(get(name, 'AWSCURRENT'), 'ResourceNotFoundException', said.notFound)
  await refused(get(name, 'AWSPREVIOUS'), 'AccessDeniedException', /GetSecretValue/)
  await refused(get('other', 'AWSCURRENT'), 'AccessDeniedException', /GetSecretValue/)
})

test('names of tags that would be other keys', async () => {
  const Tags = [{ Key: '__proto__', Value: 'x' }]
  const { arn: SecretId } = await scene.secret({ Tags })
  const { Tags: kept } = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.deepEqual(kept, Tags)
  const reader = await when({ StringEquals: { 'aws:ResourceTag/__proto__': 'x' } })
  await reader.send(new DescribeSecretCommand({ SecretId }))
})

test('a token that no key of the store could hold', async () => {
  const input = { Name: 'odd-token', SecretString: 'x', ClientRequestToken: '\u0001'.repeat(32) }
  assert.deepEqual(await scene.raw('CreateSecret', input), {
    status: 400,
    body: { __type: 'InvalidParameterException', Message: 'Invalid ClientRequestToken.' },
  })
  assert.deepEqual(scene.house.complaints, [])
})
