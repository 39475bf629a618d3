/** DeleteSecret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  type DeleteSecretCommandInput,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
} from '@aws-sdk/client-secrets-manager'
import { account, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const remove = (input: DeleteSecretCommandInput) => scene.root.send(new DeleteSecretCommand(input))
const dayMs = 24 * 60 * 60 * 1000

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new DeleteSecretCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('DeleteSecret', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: 7 to 30 days, also beside force', async () => {
  const words = 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).'
  for (const RecoveryWindowInDays of [6, 31]) {
    await refused(
      remove({ SecretId: 'a', RecoveryWindowInDays }),
      'InvalidParameterException',
      words,
    )
    const both = { SecretId: 'a', RecoveryWindowInDays, ForceDeleteWithoutRecovery: true }
    await refused(remove(both), 'InvalidParameterException', words)
  }
})

test('out of bounds: a window and none', async () => {
  await refused(
    remove({ SecretId: 'a', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }),
    'InvalidParameterException',
    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
  )
})

test('out of bounds: force does not make an id a name', async () => {
  await refused(
    remove({ SecretId: 'no name', ForceDeleteWithoutRecovery: true }),
    'ValidationException',
    said.badName,
  )
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new DeleteSecretCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new DeleteSecretCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:DeleteSecret on resource: ${SecretId} because no identity-based policy allows the secretsmanager:DeleteSecret action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new DeleteSecretCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('not allowed: by what the request carries', async () => {
  const { arn: SecretId } = await scene.secret()
  const careful = await scene.as(
    { Action: 'secretsmanager:DeleteSecret' },
    {
      Effect: 'Deny',
      Action: 'secretsmanager:DeleteSecret',
      Condition: { Bool: { 'secretsmanager:ForceDeleteWithoutRecovery': 'true' } },
    },
    {
      Effect: 'Deny',
      Action: 'secretsmanager:DeleteSecret',
      Condition: { NumericLessThan: { 'secretsmanager:RecoveryWindowInDays': '14' } },
    },
  )
  const inputs = [{ ForceDeleteWithoutRecovery: true }, { RecoveryWindowInDays: 7 }]
  for (const input of inputs) {
    await refused(
      careful.send(new DeleteSecretCommand({ SecretId, ...input })),
      'AccessDeniedException',
      /with an explicit deny in an identity-based policy/,
    )
  }
  await careful.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 14 }))
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new DeleteSecretCommand({ SecretId })),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: a primary that has replicas', async () => {
  const AddReplicaRegions = [{ Region: 'eu-west-1' }, { Region: 'eu-west-2' }]
  const { name: SecretId, arn } = await scene.secret({ AddReplicaRegions })
  for (const ForceDeleteWithoutRecovery of [false, true]) {
    await refused(
      remove({ SecretId, ForceDeleteWithoutRecovery }),
      'InvalidParameterException',
      `You can't delete secret ${arn} that still has replica regions [eu-west-1, eu-west-2].`,
    )
  }
})

test('done: in 30 days unless told otherwise, and read no more', async () => {
  const { name: SecretId, arn } = await scene.secret()
  const before = Date.now()
  const { $metadata, DeletionDate, ...answer } = await remove({ SecretId })
  assert.deepEqual(answer, { ARN: arn, Name: SecretId })
  assert.ok(Math.abs(Number(DeletionDate) - before - 30 * dayMs) < 60_000)
  await refused(
    scene.root.send(new GetSecretValueCommand({ SecretId })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('done: a window beside a force that is none', async () => {
  const { name: SecretId } = await scene.secret()
  const before = Date.now()
  const input = { SecretId, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: false }
  const { DeletionDate } = await remove(input)
  assert.ok(Math.abs(Number(DeletionDate) - before - 7 * dayMs) < 60_000)
})

test('done: hidden from lists that do not ask for it', async () => {
  const { name: SecretId, arn } = await scene.secret()
  await remove({ SecretId })
  const Filters = [{ Key: 'name' as const, Values: [SecretId] }]
  const hidden = await scene.root.send(new ListSecretsCommand({ Filters }))
  assert.deepEqual(hidden.SecretList, [])
  const shown = await scene.root.send(
    new ListSecretsCommand({ Filters, IncludePlannedDeletion: true }),
  )
  assert.equal(shown.SecretList?.[0]?.ARN, arn)
  assert.ok(shown.SecretList?.[0]?.DeletedDate)
})

test('done: at once by force, what is scheduled already, too', async () => {
  const { name: SecretId } = await scene.secret()
  await remove({ SecretId })
  await remove({ SecretId, ForceDeleteWithoutRecovery: true })
  await refused(
    scene.root.send(new DescribeSecretCommand({ SecretId })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('done: by force a name that never was', async () => {
  const SecretId = `never/${randomUUID()}`
  const answer = await remove({ SecretId, ForceDeleteWithoutRecovery: true })
  assert.equal(answer.Name, SecretId)
  assert.ok(answer.DeletionDate)
  const start = `arn:aws:secretsmanager:us-east-1:${account}:secret:${SecretId}-`
  assert.ok(answer.ARN?.startsWith(start))
  const byArn = await remove({ SecretId: `${start}abcdef`, ForceDeleteWithoutRecovery: true })
  assert.deepEqual([byArn.ARN, byArn.Name], [`${start}abcdef`, SecretId])
})

test('done twice: scheduled once, forced as often as one likes', async () => {
  const { name: SecretId } = await scene.secret()
  await remove({ SecretId })
  await refused(remove({ SecretId }), 'InvalidRequestException', said.deleted)
  await remove({ SecretId, ForceDeleteWithoutRecovery: true })
  await remove({ SecretId, ForceDeleteWithoutRecovery: true })
})
