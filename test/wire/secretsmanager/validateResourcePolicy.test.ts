/** ValidateResourcePolicy: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { UpdateSecretCommand, ValidateResourcePolicyCommand } from '@aws-sdk/client-secrets-manager'
import {
  account,
  policy,
  raiseScene,
  refused,
  type Scene,
  type Statement,
  said,
  unsigned,
} from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

async function findings(statement: Statement, SecretId?: string): Promise<string[]> {
  const ResourcePolicy = policy(statement)
  const { PolicyValidationPassed, ValidationErrors = [] } = await scene.root.send(
    new ValidateResourcePolicyCommand({ ResourcePolicy, SecretId }),
  )
  // Keeping administrators from reading is often meant: told, and no failure.
  const isGrave = ValidationErrors.some((each) => each.CheckName !== 'ADMINISTRATOR_READ_LOCKOUT')
  assert.equal(PolicyValidationPassed, !isGrave)
  return ValidationErrors.map(({ CheckName, ErrorMessage }) => `${CheckName}: ${ErrorMessage}`)
}

const own = { AWS: account }
const read = 'secretsmanager:GetSecretValue'

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new ValidateResourcePolicyCommand({ ResourcePolicy: '{}' }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: a policy of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('ValidateResourcePolicy', { ResourcePolicy: {} }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: an id that is no name comes before the policy', async () => {
  await refused(
    scene.root.send(
      new ValidateResourcePolicyCommand({ ResourcePolicy: 'no json', SecretId: 'no name' }),
    ),
    'ValidationException',
    said.badName,
  )
})

test('out of bounds: what is no policy', async () => {
  await refused(
    scene.root.send(new ValidateResourcePolicyCommand({ ResourcePolicy: 'no json' })),
    'MalformedPolicyDocumentException',
    'This policy has invalid syntax.',
  )
})

test('not allowed', async () => {
  const nobody = await scene.as()
  await refused(
    nobody.send(new ValidateResourcePolicyCommand({ ResourcePolicy: policy() })),
    'AccessDeniedException',
    /secretsmanager:ValidateResourcePolicy/,
  )
})

test('absent', async () => {
  await refused(
    scene.root.send(
      new ValidateResourcePolicyCommand({ ResourcePolicy: policy(), SecretId: 'absent' }),
    ),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('done: nothing to find', async () => {
  const { name, arn } = await scene.secret()
  assert.deepEqual(await findings({ Action: read, Principal: own }), [])
  assert.deepEqual(await findings({ Action: read, Principal: own, Resource: arn }, name), [])
})

test('done: everybody', async () => {
  assert.deepEqual(await findings({ Action: read, Principal: '*' }), [
    'PUBLIC_ACCESS: Statement 1 grants access to everybody, in every AWS account.',
  ])
})

test('done: a name without the end of its ARN, and the ARN of another secret', async () => {
  const { name, arn } = await scene.secret()
  const Resource = arn.slice(0, -7)
  assert.deepEqual(await findings({ Action: read, Principal: own, Resource }, name), [
    'RESOURCE_ARN: Statement 1 names a secret without the six characters that end its ARN; put -?????? behind the name.',
  ])
  const fit = { Action: read, Principal: own, Resource: `${Resource}-??????` }
  assert.deepEqual(await findings(fit, name), [])
  const { arn: other } = await scene.secret()
  assert.deepEqual(await findings({ ...fit, Resource: other }, name), [
    'RESOURCE_ARN: Statement 1 means other secrets than the one that the policy is attached to.',
  ])
})

test('done: a deny that shuts out administrators, and the caller among them', async () => {
  const { name } = await scene.secret()
  const closed: Statement = { Effect: 'Deny', Action: 'secretsmanager:*', Principal: '*' }
  assert.deepEqual(await findings(closed, name), [
    'CALLER_LOCKOUT: With this policy you could not put another one any more.',
    "ADMINISTRATOR_LOCKOUT: Statement 1 denies this account's administrators to change the policy.",
    "ADMINISTRATOR_READ_LOCKOUT: Statement 1 denies this account's administrators, its root included, to read the secret.",
  ])
  assert.deepEqual(await findings({ ...closed, Action: read }, name), [
    "ADMINISTRATOR_READ_LOCKOUT: Statement 1 denies this account's administrators, its root included, to read the secret.",
  ])
})

test('done: a deny by network that shuts out the function that rotates', async () => {
  const statement: Statement = {
    Effect: 'Deny',
    Action: read,
    Principal: '*',
    Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  }
  assert.deepEqual(await findings(statement), [
    'ROTATION_LOCKOUT: Statement 1 denies by network, and would deny a rotation function outside of it.',
  ])
  const sparing = { ...(statement.Condition as object), Bool: { 'aws:ViaAWSService': 'false' } }
  assert.deepEqual(await findings({ ...statement, Condition: sparing }), [])
})

test('done: another account, and the default key', async () => {
  const { name } = await scene.secret()
  const statement = { Action: read, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }
  assert.deepEqual(await findings(statement, name), [
    'DEFAULT_KMS_KEY: Statement 1 admits account 111122223333, which cannot use the default KMS key that encrypts this secret.',
  ])
  assert.deepEqual(await findings(statement), [])
})

test('done: words that Secrets Manager does not know', async () => {
  const Action = ['secretsmanager:GetSecretValues', 's3:GetObject', 'secretsmanager:Get*', '*']
  assert.deepEqual(await findings({ Action, Principal: own }), [
    'UNKNOWN_ACTION: Statement 1 names secretsmanager:GetSecretValues, which is no action of Secrets Manager.',
    'UNKNOWN_ACTION: Statement 1 names s3:GetObject, which is no action of Secrets Manager.',
  ])
  const Condition = {
    StringEquals: { 'secretsmanager:Stage': 'x', 'aws:PrincipalTag/a': 'x', 'AWS:username': 'x' },
  }
  assert.deepEqual(await findings({ Action: read, Principal: own, Condition }), [
    'UNKNOWN_CONDITION_KEY: Statement 1 asks for secretsmanager:stage, which is no condition key of Secrets Manager.',
  ])
})

test('done twice: nothing is kept', async () => {
  const { name: SecretId } = await scene.secret()
  const statement = { Action: read, Principal: own }
  assert.deepEqual(await findings(statement, SecretId), await findings(statement, SecretId))
  await scene.root.send(new UpdateSecretCommand({ SecretId, Description: 'still mine' }))
})
