/** PutResourcePolicy: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager'
import { account, policy, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const put = (SecretId: string, ResourcePolicy: string, BlockPublicPolicy?: boolean) =>
  scene.root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy }))

const own = policy({ Action: 'secretsmanager:*', Principal: { AWS: account } })

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new PutResourcePolicyCommand({ SecretId: 'absent', ResourcePolicy: '{}' }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('PutResourcePolicy', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: 20 KiB', async () => {
  await refused(
    put('a', 'x'.repeat(20_481)),
    'ValidationException',
    /at 'resourcePolicy' failed to satisfy constraint: Member must have length less than or equal to 20480$/,
  )
})

test('out of bounds: what is no policy', async () => {
  const { name } = await scene.secret()
  const statement = { Action: 'secretsmanager:GetSecretValue', Principal: '*' }
  const bad = [
    'no json',
    '{}',
    policy({ ...statement, Action: 'nothing' }),
    policy({ ...statement, Principal: { AWS: 'nobody' } }),
    policy({ Action: 'secretsmanager:GetSecretValue' }),
    policy({ ...statement, Condition: { Nothing: { 'aws:PrincipalArn': 'x' } } }),
    `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`,
  ]
  for (const text of bad) {
    await refused(
      put(name, text),
      'MalformedPolicyDocumentException',
      'This policy has invalid syntax.',
    )
  }
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new PutResourcePolicyCommand({ SecretId: 'no name', ResourcePolicy: '{}' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: '{}' })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:PutResourcePolicy on resource: ${SecretId} because no identity-based policy allows the secretsmanager:PutResourcePolicy action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new PutResourcePolicyCommand({ SecretId: 'absent', ResourcePolicy: '{}' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('not allowed: where public policies must be blocked', async () => {
  const { arn: SecretId } = await scene.secret()
  const careful = await scene.as({
    Action: 'secretsmanager:PutResourcePolicy',
    Condition: { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } },
  })
  await refused(
    careful.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: own })),
    'AccessDeniedException',
    /PutResourcePolicy/,
  )
  const input = { SecretId, ResourcePolicy: own, BlockPublicPolicy: true }
  await careful.send(new PutResourcePolicyCommand(input))
})

test('not allowed: a policy by which its author could not put another one', async () => {
  const { name } = await scene.secret()
  const closed = policy({ Effect: 'Deny', Action: 'secretsmanager:*', Principal: '*' })
  await refused(
    put(name, closed),
    'AccessDeniedException',
    /secretsmanager:PutResourcePolicy .* with an explicit deny in a resource-based policy/,
  )
  const left = await scene.root.send(new GetResourcePolicyCommand({ SecretId: name }))
  assert.equal(left.ResourcePolicy, undefined)
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: own })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: own })),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: a public policy is blocked if that is asked for, case by case', async () => {
  const { name } = await scene.secret()
  const vectors: { id: string; broad: boolean; policy: object }[] = JSON.parse(
    readFileSync('test/vectors/public-policy-vectors.json', 'utf8'),
  )
  assert.ok(vectors.length > 10)
  for (const { id, broad, policy: document } of vectors) {
    const sent = put(name, JSON.stringify(document), true)
    const code = await sent.then(
      () => 'taken',
      (thrown: Error) => thrown.name,
    )
    // An Allow with NotPrincipal is not even taken as a policy.
    const isBlocked = code === 'PublicPolicyException' || id === 'public/notprincipal-allow'
    assert.equal(isBlocked, broad, `${id}: ${code}`)
  }
})

test('done: everybody, unless that is blocked', async () => {
  const { name: SecretId, arn } = await scene.secret()
  const text = policy({ Action: 'secretsmanager:DescribeSecret', Principal: '*' })
  const { $metadata, ...answer } = await put(SecretId, text)
  assert.deepEqual(answer, { ARN: arn, Name: SecretId })
  await refused(
    put(SecretId, text, true),
    'PublicPolicyException',
    /^The resource policy grants broad/,
  )
  const { keys } = await scene.stranger()
  const described = await scene.client(keys).send(new DescribeSecretCommand({ SecretId: arn }))
  assert.equal(described.Name, SecretId)
})

test('done: the own account alone is not the public', async () => {
  const { name } = await scene.secret()
  const root = { AWS: `arn:aws:iam::${account}:root` }
  await put(name, policy({ Action: 'secretsmanager:*', Principal: root }), true)
})

test('done: a deny of the policy holds against the policies of the caller', async () => {
  const { name, arn } = await scene.secret()
  const reader = await scene.as({ Action: 'secretsmanager:*' })
  await reader.send(new GetSecretValueCommand({ SecretId: arn }))
  await put(
    name,
    policy({ Effect: 'Deny', Action: 'secretsmanager:GetSecretValue', Principal: '*' }),
  )
  await refused(
    reader.send(new GetSecretValueCommand({ SecretId: arn })),
    'AccessDeniedException',
    /with an explicit deny in a resource-based policy$/,
  )
})

test('done twice: the later policy is the one', async () => {
  const { name: SecretId } = await scene.secret()
  await put(SecretId, policy({ Action: 'secretsmanager:DescribeSecret', Principal: '*' }))
  await put(SecretId, own)
  await put(SecretId, own)
  const { ResourcePolicy } = await scene.root.send(new GetResourcePolicyCommand({ SecretId }))
  assert.equal(ResourcePolicy, own)
})
