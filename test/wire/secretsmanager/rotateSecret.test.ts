/** RotateSecret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { until } from '../../until.ts'
import { tested } from './functions.ts'
import { account, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

let scene: Scene
before(async () => {
  scene = await raiseScene({ world: { functions: tested((arn) => arn === fitArn) } })
})
after(() => scene[Symbol.asyncDispose]())

const rotate = (input: RotateSecretCommandInput) => scene.root.send(new RotateSecretCommand(input))
const functionArn = `arn:aws:lambda:us-east-1:${account}:function:rotate`
const fitArn = `arn:aws:lambda:us-east-1:${account}:function:fit`

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new RotateSecretCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('RotateSecret', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: the token is mandatory, by another code than elsewhere', async () => {
  assert.deepEqual(await scene.raw('RotateSecret', { SecretId: 'absent' }), {
    status: 400,
    body: { __type: 'InvalidParameterException', Message: said.noToken },
  })
})

test('out of bounds: the contract of the rules', async () => {
  await refused(
    rotate({ SecretId: 'a', RotationRules: { AutomaticallyAfterDays: 1001 } }),
    'ValidationException',
    /at 'rotationRules.automaticallyAfterDays' failed to satisfy constraint: Member must have value less than or equal to 1000$/,
  )
})

test('out of bounds: one schedule, and a window that fits it', async () => {
  const bad: readonly (readonly [RotateSecretCommandInput['RotationRules'], string])[] = [
    [
      { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' },
      "You can't specify both AutomaticallyAfterDays and ScheduleExpression.",
    ],
    [{ Duration: '2h' }, 'You must specify either AutomaticallyAfterDays or ScheduleExpression.'],
    [{ ScheduleExpression: 'rate(3 hours)' }, 'The ScheduleExpression is not valid.'],
    [{ AutomaticallyAfterDays: 1, Duration: '25h' }, 'The Duration is not valid.'],
  ]
  for (const [RotationRules, words] of bad) {
    await refused(rotate({ SecretId: 'a', RotationRules }), 'InvalidParameterException', words)
  }
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new RotateSecretCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new RotateSecretCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:RotateSecret on resource: ${SecretId} because no identity-based policy allows the secretsmanager:RotateSecret action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new RotateSecretCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('not allowed: by what the request carries', async () => {
  const { arn: SecretId } = await scene.secret()
  const careful = await scene.as(
    { Action: 'lambda:InvokeFunction' },
    {
      Action: 'secretsmanager:RotateSecret',
      Condition: { ArnEquals: { 'secretsmanager:RotationLambdaARN': functionArn } },
    },
    {
      Effect: 'Deny',
      Action: 'secretsmanager:RotateSecret',
      Condition: { Bool: { 'secretsmanager:ModifyRotationRules': 'true' } },
    },
    {
      Effect: 'Deny',
      Action: 'secretsmanager:RotateSecret',
      Condition: { Bool: { 'secretsmanager:RotateImmediately': 'false' } },
    },
  )
  const fit = { SecretId, RotationLambdaARN: functionArn }
  const bad: readonly RotateSecretCommandInput[] = [
    { SecretId },
    { ...fit, RotationRules: { AutomaticallyAfterDays: 7 } },
    { ...fit, RotateImmediately: false },
  ]
  for (const input of bad) {
    await refused(
      careful.send(new RotateSecretCommand(input)),
      'AccessDeniedException',
      /is not authorized to perform: secretsmanager:RotateSecret/,
    )
  }
  await refused(
    careful.send(new RotateSecretCommand(fit)),
    'AccessDeniedException',
    /^Secrets Manager cannot invoke/,
  )
})

test('not allowed: who may not invoke the function does not make it run by a secret', async () => {
  const { name: SecretId } = await scene.secret()
  const rotator = await scene.as({ Action: 'secretsmanager:RotateSecret' })
  const sent = rotator.send(new RotateSecretCommand({ SecretId, RotationLambdaARN: fitArn }))
  await refused(
    sent,
    'AccessDeniedException',
    /is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:fit because no identity-based policy allows the lambda:InvokeFunction action$/,
  )
})

test('out of bounds: a day that never comes, and a range that runs backwards', async () => {
  for (const ScheduleExpression of ['cron(0 8 30 2 ? *)', 'cron(0 8 ? * SAT-SUN *)']) {
    await refused(
      rotate({ SecretId: 'a', RotationRules: { ScheduleExpression } }),
      'InvalidParameterException',
      'The ScheduleExpression is not valid.',
    )
  }
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new RotateSecretCommand({ SecretId })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new RotateSecretCommand({ SecretId })),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: no function, and nothing of the wish is kept', async () => {
  const { name: SecretId } = await scene.secret()
  await refused(
    rotate({ SecretId, RotationRules: { AutomaticallyAfterDays: 7 } }),
    'InvalidRequestException',
    'No Lambda rotation function ARN is associated with this secret.',
  )
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.deepEqual([described.RotationEnabled, described.RotationRules], [undefined, undefined])
})

test('wrong state: a function that cannot be invoked, and nothing of it is kept', async () => {
  const { name: SecretId } = await scene.secret()
  await refused(
    rotate({ SecretId, RotationLambdaARN: functionArn }),
    'AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  )
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.deepEqual([described.RotationEnabled, described.RotationLambdaARN], [undefined, undefined])
})

test('wrong state: a house that is told of no functions can invoke none', async () => {
  await using bare = await raiseScene()
  const { name: SecretId } = await bare.secret()
  await refused(
    bare.root.send(new RotateSecretCommand({ SecretId, RotationLambdaARN: fitArn })),
    'AccessDeniedException',
    /^Secrets Manager cannot invoke the specified Lambda function\./,
  )
})

test('wrong state: a rotation that was begun and not finished', async () => {
  const { name: SecretId } = await scene.secret()
  const VersionStages = ['AWSPENDING']
  await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'x', VersionStages }))
  await refused(
    rotate({ SecretId, RotationLambdaARN: functionArn }),
    'InvalidRequestException',
    "A previous rotation isn't complete. That rotation will be reattempted.",
  )
})

test('wrong state: a partner without a kind, or at once', async () => {
  const { name: plain } = await scene.secret()
  const { name: managed } = await scene.secret({ Type: 'SalesforceClientSecret' })
  const partner = {
    ExternalSecretRotationMetadata: [{ Key: 'adminSecretArn', Value: 'x' }],
    ExternalSecretRotationRoleArn: `arn:aws:iam::${account}:role/partner`,
  }
  await refused(
    rotate({ SecretId: plain, ...partner }),
    'InvalidParameterException',
    'Only a managed external secret, which has a Type, can be rotated by its partner.',
  )
  await refused(
    rotate({ SecretId: managed, ...partner }),
    'InvalidRequestException',
    'Managed external secrets cannot be rotated here. Set RotateImmediately to false to keep the settings.',
  )
})

test('wrong state: a token that names a version already', async () => {
  const { name: SecretId, arn, versionId } = await scene.secret()
  await refused(
    rotate({ SecretId, ClientRequestToken: versionId, RotationLambdaARN: fitArn }),
    'InvalidRequestException',
    `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${arn}.`,
  )
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.equal(described.RotationEnabled, undefined)
})

test('done: answers with the token, whose version is pending and has no value', async () => {
  const { name: SecretId, arn, versionId } = await scene.secret()
  const ClientRequestToken = randomUUID()
  const RotationRules = { AutomaticallyAfterDays: 7, Duration: '3h' }
  const wish = { SecretId, ClientRequestToken, RotationLambdaARN: fitArn, RotationRules }
  for (let time = 0; time < 2; time++) {
    const { $metadata, ...answer } = await rotate(wish)
    assert.deepEqual(answer, { ARN: arn, Name: SecretId, VersionId: ClientRequestToken })
  }
  const { NextRotationDate, LastChangedDate, ...described } = await scene.root.send(
    new DescribeSecretCommand({ SecretId }),
  )
  assert.partialDeepStrictEqual(described, {
    RotationEnabled: true,
    RotationLambdaARN: fitArn,
    RotationRules,
    VersionIdsToStages: { [versionId]: ['AWSCURRENT'], [ClientRequestToken]: ['AWSPENDING'] },
  })
  assert.equal(described.LastRotatedDate, undefined)
  const day = Math.floor((LastChangedDate?.getTime() ?? 0) / dayMs)
  assert.equal(NextRotationDate?.getTime(), (day + 7) * dayMs + 3 * hourMs - 1000)
  const reads = [{ VersionId: ClientRequestToken }, { VersionStage: 'AWSPENDING' }]
  const words = [`VersionId: ${ClientRequestToken}`, 'staging label: AWSPENDING']
  for (const [at, read] of reads.entries()) {
    await refused(
      scene.root.send(new GetSecretValueCommand({ SecretId, ...read })),
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${words[at]}`,
    )
  }
  const { Versions = [] } = await scene.root.send(new ListSecretVersionIdsCommand({ SecretId }))
  const listed = Versions.find(({ VersionId }) => VersionId === ClientRequestToken)
  assert.deepEqual([listed?.VersionStages, listed?.KmsKeyIds], [['AWSPENDING'], undefined])
})

test('done: only the rules are kept if it is not to be at once', async () => {
  const { name: SecretId, arn, versionId } = await scene.secret()
  const { $metadata, ...answer } = await rotate({
    SecretId,
    RotationLambdaARN: fitArn,
    RotationRules: { ScheduleExpression: 'cron(0 8 1 * ? *)' },
    RotateImmediately: false,
  })
  assert.deepEqual(answer, { ARN: arn, Name: SecretId })
  const describe = () => scene.root.send(new DescribeSecretCommand({ SecretId }))
  const stagesOf = async () => Object.values((await describe()).VersionIdsToStages ?? {}).flat()
  await until(async () => !(await stagesOf()).includes('AWSPENDING'))
  const described = await describe()
  assert.deepEqual(described.VersionIdsToStages, { [versionId]: ['AWSCURRENT'] })
  assert.equal(described.RotationEnabled, true)
  const next = described.NextRotationDate
  assert.deepEqual([next?.getUTCDate(), next?.getUTCHours()], [1, 23])
})

test('done twice: function and rules are remembered, and refused while the first is not done', async () => {
  const { name: SecretId } = await scene.secret()
  const RotationRules = { ScheduleExpression: 'rate(4 hours)' }
  const { VersionId } = await rotate({ SecretId, RotationLambdaARN: fitArn, RotationRules })
  await refused(
    rotate({ SecretId }),
    'InvalidRequestException',
    "A previous rotation isn't complete. That rotation will be reattempted.",
  )
  const filled = { SecretId, ClientRequestToken: VersionId, SecretString: 'new' }
  await scene.root.send(new PutSecretValueCommand(filled))
  const again = await rotate({ SecretId })
  const described = await scene.root.send(new DescribeSecretCommand({ SecretId }))
  assert.deepEqual(described.VersionIdsToStages?.[again.VersionId ?? ''], ['AWSPENDING'])
  assert.deepEqual(described.VersionIdsToStages?.[VersionId ?? ''], ['AWSCURRENT'])
  const shown = { ...RotationRules, AutomaticallyAfterDays: 1 }
  assert.deepEqual([described.RotationRules, described.RotationLambdaARN], [shown, fitArn])
  const next = described.NextRotationDate?.getTime() ?? 0
  assert.equal((next + 1000 - hourMs) % (4 * hourMs), 0)
})

test('done twice: the settings of a managed external secret are kept and shown', async () => {
  const { name: SecretId, arn } = await scene.secret({ Type: 'SalesforceClientSecret' })
  const partner = {
    ExternalSecretRotationMetadata: [{ Key: 'adminSecretArn', Value: 'x' }],
    ExternalSecretRotationRoleArn: `arn:aws:iam::${account}:role/partner`,
  }
  const ClientRequestToken = randomUUID()
  for (let time = 0; time < 2; time++) {
    const answer = await rotate({
      SecretId,
      ClientRequestToken,
      RotateImmediately: false,
      RotationRules: { ScheduleExpression: 'cron(0 8 1 * ? *)', Duration: '3h' },
      ...partner,
    })
    assert.deepEqual([answer.ARN, answer.Name], [arn, SecretId])
  }
  assert.partialDeepStrictEqual(await scene.root.send(new DescribeSecretCommand({ SecretId })), {
    Type: 'SalesforceClientSecret',
    RotationEnabled: false,
    RotationRules: { ScheduleExpression: 'cron(0 8 1 * ? *)', Duration: '3h' },
    ...partner,
  })
})
