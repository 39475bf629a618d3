/** CancelRotateSecret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CancelRotateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { silent } from './functions.ts'
import { account, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene({ world: { functions: silent() } })
})
after(() => scene[Symbol.asyncDispose]())

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new CancelRotateSecretCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('CancelRotateSecret', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new CancelRotateSecretCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new CancelRotateSecretCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:CancelRotateSecret on resource: ${SecretId} because no identity-based policy allows the secretsmanager:CancelRotateSecret action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new CancelRotateSecretCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new CancelRotateSecretCommand({ SecretId })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new CancelRotateSecretCommand({ SecretId })),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: a secret that was never to be rotated', async () => {
  const { name: SecretId } = await scene.secret()
  await refused(
    scene.root.send(new CancelRotateSecretCommand({ SecretId })),
    'InvalidRequestException',
    'No Lambda rotation function ARN is associated with this secret.',
  )
})

test('done twice: the rules stay to be seen, and an unfinished version is told and left', async () => {
  const { name: SecretId, arn } = await scene.secret({ Type: 'SnowflakePat' })
  const RotationRules = { AutomaticallyAfterDays: 30 }
  await scene.root.send(
    new RotateSecretCommand({
      SecretId,
      RotateImmediately: false,
      RotationRules,
      ExternalSecretRotationRoleArn: `arn:aws:iam::${account}:role/partner`,
    }),
  )
  const VersionStages = ['AWSPENDING']
  const pending = await scene.root.send(
    new PutSecretValueCommand({ SecretId, SecretString: 'x', VersionStages }),
  )
  for (let time = 0; time < 2; time++) {
    const { $metadata, ...answer } = await scene.root.send(
      new CancelRotateSecretCommand({ SecretId }),
    )
    assert.deepEqual(answer, { ARN: arn, Name: SecretId, VersionId: pending.VersionId })
  }
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.deepEqual([described.RotationEnabled, described.RotationRules], [false, RotationRules])
  assert.deepEqual(described.VersionIdsToStages?.[pending.VersionId ?? ''], VersionStages)
})

test('done: a rotation that is under way ends; its pending version stays in the way, as on AWS', async () => {
  const { name: SecretId } = await scene.secret()
  const RotationLambdaARN = `arn:aws:lambda:us-east-1:${account}:function:rotate`
  const RotationRules = { AutomaticallyAfterDays: 30 }
  const { VersionId = '' } = await scene.root.send(
    new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules }),
  )
  const cancelled = await scene.root.send(new CancelRotateSecretCommand({ SecretId }))
  assert.equal(cancelled.VersionId, VersionId)
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.partialDeepStrictEqual(described, {
    RotationEnabled: false,
    RotationLambdaARN,
    RotationRules,
    VersionIdsToStages: { [VersionId]: ['AWSPENDING'] },
  })
  assert.equal(described.NextRotationDate, undefined)
  const words = "A previous rotation isn't complete. That rotation will be reattempted."
  const again = new RotateSecretCommand({ SecretId, ClientRequestToken: VersionId })
  await refused(scene.root.send(again), 'InvalidRequestException', words)
  const move = { SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: VersionId }
  await scene.root.send(new UpdateSecretVersionStageCommand(move))
  const next = await scene.root.send(new RotateSecretCommand({ SecretId }))
  assert.notEqual(next.VersionId, VersionId)
})
