/** UpdateSecretVersionStage: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

type Move = Omit<UpdateSecretVersionStageCommandInput, 'SecretId'>

/** A secret with two versions: the first is AWSPREVIOUS, the second AWSCURRENT. */
async function two() {
  const { name: SecretId, arn, versionId: first } = await scene.secret()
  const put = await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: '2' }))
  const move = (input: Move) =>
    scene.root.send(new UpdateSecretVersionStageCommand({ SecretId, ...input }))
  const stages = async () =>
    (await scene.root.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages
  return { SecretId, arn, first, second: put.VersionId ?? '', move, stages }
}

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'absent',
      VersionStage: 'a',
      MoveToVersionId: randomUUID(),
    }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('UpdateSecretVersionStage', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: neither from nor to', async () => {
  const { move } = await two()
  await refused(
    move({ VersionStage: 'a' }),
    'InvalidParameterException',
    'You must specify MoveToVersionId or RemoveFromVersionId.',
  )
})

test('out of bounds: the length of a label', async () => {
  const { move, first } = await two()
  await refused(
    move({ VersionStage: 'x'.repeat(257), MoveToVersionId: first }),
    'ValidationException',
    /at 'versionStage' failed to satisfy constraint: Member must have length less than or equal to 256$/,
  )
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'no name',
        VersionStage: 'a',
        MoveToVersionId: randomUUID(),
      }),
    ),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'a',
          MoveToVersionId: randomUUID(),
        }),
      ),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:UpdateSecretVersionStage on resource: ${SecretId} because no identity-based policy allows the secretsmanager:UpdateSecretVersionStage action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'absent',
        VersionStage: 'a',
        MoveToVersionId: randomUUID(),
      }),
    ),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('not allowed: by the label', async () => {
  const { SecretId, arn, first } = await two()
  const mover = await scene.as({
    Action: 'secretsmanager:UpdateSecretVersionStage',
    Resource: arn,
    Condition: { StringEquals: { 'secretsmanager:VersionStage': 'mine' } },
  })
  const send = (VersionStage: string) =>
    mover.send(
      new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId: first }),
    )
  await send('mine')
  await refused(send('AWSCURRENT'), 'AccessDeniedException', /UpdateSecretVersionStage/)
})

test('absent: a version that is not there', async () => {
  const { move, second } = await two()
  const nothing = randomUUID()
  const words = `Secrets Manager can't find the specified secret value for VersionId: ${nothing}`
  const moves: Move[] = [
    { VersionStage: 'a', MoveToVersionId: nothing },
    { VersionStage: 'a', RemoveFromVersionId: nothing },
    { VersionStage: 'AWSCURRENT', RemoveFromVersionId: second, MoveToVersionId: nothing },
  ]
  for (const each of moves) await refused(move(each), 'ResourceNotFoundException', words)
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'a',
        MoveToVersionId: randomUUID(),
      }),
    ),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'a',
        MoveToVersionId: randomUUID(),
      }),
    ),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: the label is elsewhere', async () => {
  const { move, first, second } = await two()
  await refused(
    move({ VersionStage: 'AWSCURRENT', MoveToVersionId: first }),
    'InvalidParameterException',
    `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${second}, so you must explicitly reference that version in RemoveFromVersionId.`,
  )
  await refused(
    move({ VersionStage: 'AWSPREVIOUS', RemoveFromVersionId: second }),
    'InvalidParameterException',
    `The parameter RemoveFromVersionId isn't valid. Staging label AWSPREVIOUS is currently attached to version ${first}, so you must explicitly reference that version in RemoveFromVersionId.`,
  )
  await refused(
    move({ VersionStage: 'none', RemoveFromVersionId: second }),
    'InvalidParameterException',
    `Staging label none isn't attached to version ${second}.`,
  )
})

test('wrong state: AWSCURRENT cannot be taken off', async () => {
  const { move, second } = await two()
  await refused(
    move({ VersionStage: 'AWSCURRENT', RemoveFromVersionId: second }),
    'InvalidParameterException',
    'You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
  )
})

test('wrong state: a twenty-first label', async () => {
  const { SecretId, move, first } = await two()
  const VersionStages = Array.from({ length: 18 }, (_, at) => `L${at}`)
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'x', VersionStages }))
  await refused(
    move({ VersionStage: 'more', MoveToVersionId: first }),
    'LimitExceededException',
    "You can't have more than 20 staging labels in a secret.",
  )
})

test('done: AWSCURRENT takes AWSPREVIOUS along, others stay on the version that gains it', async () => {
  const { SecretId, arn, move, stages, first, second } = await two()
  await move({ VersionStage: 'AWSPENDING', MoveToVersionId: first })
  await move({ VersionStage: 'mine', MoveToVersionId: first })
  const { $metadata, ...answer } = await move({
    VersionStage: 'AWSCURRENT',
    RemoveFromVersionId: second,
    MoveToVersionId: first,
  })
  assert.deepEqual(answer, { ARN: arn, Name: SecretId })
  assert.deepEqual(await stages(), {
    [first]: ['AWSCURRENT', 'AWSPENDING', 'mine'],
    [second]: ['AWSPREVIOUS'],
  })
})

test('done: a new label, moved, and taken off again', async () => {
  const { SecretId, move, stages, first, second } = await two()
  await move({ VersionStage: 'mine', MoveToVersionId: first })
  await move({ VersionStage: 'mine', RemoveFromVersionId: first, MoveToVersionId: second })
  assert.deepEqual(await stages(), { [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT', 'mine'] })
  await move({ VersionStage: 'mine', RemoveFromVersionId: second })
  await move({ VersionStage: 'AWSPREVIOUS', RemoveFromVersionId: first })
  assert.deepEqual(await stages(), { [second]: ['AWSCURRENT'] })
  const { Versions } = await scene.root.send(new ListSecretVersionIdsCommand({ SecretId }))
  assert.deepEqual(
    Versions?.map(({ VersionId }) => VersionId),
    [second],
  )
})

test('done twice: the move that is done already', async () => {
  const { move, stages, first, second } = await two()
  const again = {
    VersionStage: 'AWSCURRENT',
    RemoveFromVersionId: second,
    MoveToVersionId: first,
  }
  await move(again)
  const before = await stages()
  await move(again)
  assert.deepEqual(await stages(), before)
})
