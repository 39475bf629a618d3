/** Why a request was answered as it was: what decided then, and what would decide now. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { ExplainResponse } from '../../../src/contract/generated/strongroom.ts'
import type { Keys } from '../../house.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust, userArn } from '../sts/scene.ts'
import { call } from './records.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house, iam } = scene

const ann = await scene.user('ann')
const secrets = new SecretsManagerClient(house.client())
await secrets.send(new CreateSecretCommand({ Name: 'shop/key', SecretString: 'hello' }))

const explain = (RequestId: string, keys: Keys = house.root) =>
  call<ExplainResponse>(house, 'Explain', { RequestId }, keys)

interface Told {
  readonly $metadata: { readonly requestId?: string | undefined }
}

/** The id of a request, whether it was answered or refused. */
async function idOf(sent: Promise<Told>): Promise<string> {
  const told = await sent.catch((thrown) => thrown as Told)
  return told.$metadata.requestId ?? ''
}

const read = (keys: Keys) =>
  new SecretsManagerClient(house.client(keys)).send(
    new GetSecretValueCommand({ SecretId: 'shop/key' }),
  )

test('needs permission', async () => {
  await assert.rejects(explain('anything', ann), {
    message: `AccessDeniedException: User: ${userArn('ann')} is not authorized to perform: strongroom:Explain because no identity-based policy allows the strongroom:Explain action`,
  })
})

test('a request that was never made, or of another account, is not found', async () => {
  const made = await call<{ AccessKeyId: string; SecretAccessKey: string }>(
    house,
    'CreateAccount',
    {},
  )
  const other = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  const id = await idOf(read(ann))
  for (const [keys, requestId] of [
    [house.root, '00000000-0000-0000-0000-000000000000'],
    [other, id],
  ] as const) {
    await assert.rejects(explain(requestId, keys), {
      message: `ResourceNotFoundException: No request ${requestId} is among the records of this account that can be looked up.`,
    })
  }
})

test('a refusal, and what would be answered now', async () => {
  const id = await idOf(read(ann))
  const before = await explain(id)
  assert.equal(JSON.parse(before.CloudTrailEvent).errorCode, 'AccessDenied')
  assert.deepEqual(before.Then, { Outcome: 'implicitDeny', Missing: 'identity' })
  assert.deepEqual(before.Now, { Outcome: 'implicitDeny', Missing: 'identity' })
  assert.deepEqual(before.Statements, [])
  const secretArn = JSON.parse(before.CloudTrailEvent).resources[0].ARN
  assert.deepEqual(before.Changes, [
    {
      Step: 'AddStatement',
      PolicyKind: 'identity',
      Document: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn },
        ],
      }),
    },
  ])

  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Other',
        Effect: 'Allow',
        Action: 'kms:Encrypt',
        Resource: 'arn:aws:kms:us-east-1:1:key/x',
      },
      {
        Sid: 'Elsewhere',
        Effect: 'Allow',
        Action: 'secretsmanager:*',
        Resource: '*',
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      },
      { Sid: 'Read', Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' },
    ],
  })
  await iam.send(
    new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'inline', PolicyDocument }),
  )
  const after = await explain(id)
  assert.deepEqual(after.Then, before.Then)
  assert.deepEqual(after.Changes, [])
  const By = { PolicyKind: 'identity', PolicyName: 'user/ann/inline' }
  assert.deepEqual(after.Now, { Outcome: 'allow', By: { ...By, Statement: 2, Sid: 'Read' } })
  assert.deepEqual(after.Statements, [
    {
      ...By,
      Statement: 0,
      Sid: 'Other',
      Effect: 'Allow',
      Applied: false,
      Misses: ['action', 'resource'],
    },
    {
      ...{ ...By, Statement: 1, Sid: 'Elsewhere', Effect: 'Allow', Applied: false },
      Misses: ['condition IpAddress aws:SourceIp'],
    },
    {
      ...By,
      Statement: 2,
      Sid: 'Read',
      Effect: 'Allow',
      Applied: true,
      Grant: 'direct',
      Misses: [],
    },
  ])
})

test('an allowed request names the statement that allowed it then, when it is gone, too', async () => {
  const id = await idOf(read(ann))
  await iam.send(new DeleteUserPolicyCommand({ UserName: 'ann', PolicyName: 'inline' }))
  const { Then, Now } = await explain(id)
  const By = { PolicyKind: 'identity', PolicyName: 'user/ann/inline', Statement: 2, Sid: 'Read' }
  assert.deepEqual(Then, { Outcome: 'allow', By })
  assert.deepEqual(Now, { Outcome: 'implicitDeny', Missing: 'identity' })
})

test('root acts by its own power, and an explicit deny names its statement', async () => {
  const id = await idOf(read(house.root))
  assert.deepEqual((await explain(id)).Then, { Outcome: 'allow' })
  const ResourcePolicy = policy({
    Effect: 'Deny',
    Principal: '*',
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  })
  await secrets.send(new PutResourcePolicyCommand({ SecretId: 'shop/key', ResourcePolicy }))
  const { Then, Now, Changes } = await explain(await idOf(read(house.root)))
  assert.equal(Then?.Outcome, 'explicitDeny')
  assert.equal(Then?.By?.PolicyKind, 'resource')
  assert.deepEqual(Now, Then)
  assert.deepEqual(Changes, [{ Step: 'NarrowDeny', PolicyKind: 'resource', By: Then?.By }])
})

test('a role session is asked about again as the role is now; its own policies are not known', async () => {
  const bob = await scene.user('bob', policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }))
  await scene.role(
    'Reader',
    trust({ AWS: account }),
    policy({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }),
  )
  const Policy = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
  const input = { RoleArn: roleArn('Reader'), RoleSessionName: 'session', Policy }
  const keys = keysOf(await scene.sts(bob).send(new AssumeRoleCommand(input)))
  const get = new GetUserCommand({ UserName: 'ann' })
  const id = await idOf(new IAMClient(house.client(keys)).send(get))
  const { Then, Now, Unknown } = await explain(id)
  assert.deepEqual(Then, { Outcome: 'implicitDeny', Missing: 'session' })
  assert.equal(Now?.Outcome, 'allow')
  assert.equal(Unknown, 'Session policies and tags of the session are not known any more.')
})

test('a refused AssumeRole names the missing trust', async () => {
  const carl = await scene.user('carl', policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }))
  await scene.role('Closed', trust({ AWS: userArn('ann') }))
  const input = { RoleArn: roleArn('Closed'), RoleSessionName: 'session' }
  const { Then, Now, Statements } = await explain(
    await idOf(scene.sts(carl).send(new AssumeRoleCommand(input))),
  )
  assert.deepEqual(Then, { Outcome: 'implicitDeny', Missing: 'resource' })
  assert.deepEqual(Now, Then)
  const trusted = Statements?.find(({ PolicyKind }) => PolicyKind === 'trust')
  assert.deepEqual(trusted?.Misses, ['principal'])
})

test('a refusal of something besides the call’s own action names that action', async () => {
  const fay = await scene.user('fay', policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }))
  await scene.role('Untagged', trust({ AWS: account }, undefined, 'sts:AssumeRole'))
  const Tags = [{ Key: 'team', Value: 'red' }]
  const input = { RoleArn: roleArn('Untagged'), RoleSessionName: 'session', Tags }
  const { Then, Now } = await explain(await idOf(scene.sts(fay).send(new AssumeRoleCommand(input))))
  assert.deepEqual(Then, {
    ...{ Outcome: 'implicitDeny', Missing: 'resource' },
    Action: 'sts:TagSession',
  })
  assert.deepEqual(Now, { Outcome: 'implicitDeny', Missing: 'resource' })
})

test('a change that is proposed is enough: the same request is then allowed', async () => {
  const hal = await scene.user('hal')
  await secrets.send(new CreateSecretCommand({ Name: 'proposed', SecretString: 'hello' }))
  const get = () =>
    new SecretsManagerClient(house.client(hal)).send(
      new GetSecretValueCommand({ SecretId: 'proposed' }),
    )
  const { Changes: [change] = [] } = await explain(await idOf(get()))
  const PolicyDocument = change?.Document ?? ''
  await iam.send(new PutUserPolicyCommand({ UserName: 'hal', PolicyName: 'it', PolicyDocument }))
  assert.equal((await get()).SecretString, 'hello')
})

test('a secret whose key may not be used is explained by the key’s own refusal', async () => {
  const document = policy(
    { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' },
    { Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' },
  )
  const gus = await scene.user('gus', document)
  await secrets.send(new CreateSecretCommand({ Name: 'sealed', SecretString: 'hello' }))
  const client = new SecretsManagerClient(house.client(gus))
  const id = await idOf(client.send(new GetSecretValueCommand({ SecretId: 'sealed' })))
  const { CloudTrailEvent, Then } = await explain(id)
  assert.equal(JSON.parse(CloudTrailEvent).eventName, 'Decrypt')
  assert.equal(Then?.Outcome, 'explicitDeny')
  assert.deepEqual(Then?.By, {
    ...{ PolicyKind: 'identity', PolicyName: 'user/gus/inline', Statement: 1 },
  })
})

test('lists and structures in a request come back out of its record', async () => {
  const Condition = { StringEquals: { 'aws:RequestTag/team': 'red' } }
  const document = policy({ Effect: 'Allow', Action: 'iam:CreateRole', Resource: '*', Condition })
  const dora = new IAMClient(house.client(await scene.user('dora', document)))
  const create = (RoleName: string, Value: string) =>
    idOf(
      dora.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: trust({ AWS: account }),
          Tags: [{ Key: 'team', Value }],
        }),
      ),
    )
  assert.equal((await explain(await create('Red', 'red'))).Now?.Outcome, 'allow')
  assert.equal((await explain(await create('Blue', 'blue'))).Now?.Outcome, 'implicitDeny')
})

test('what needed no permission says so', async () => {
  const id = await idOf(scene.sts(ann).send(new GetCallerIdentityCommand({})))
  const { Then, Now, Unknown } = await explain(id)
  assert.equal(Then, undefined)
  assert.equal(Now, undefined)
  assert.equal(Unknown, 'The operation needs no permission.')
})

test('a policy that cannot be asked again now, because its role is gone, is said to be so', async () => {
  const eve = await scene.user('eve', policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }))
  await scene.role('Brief', trust({ AWS: account }))
  const put = { RoleName: 'Brief', PolicyName: 'inline' }
  await iam.send(
    new PutRolePolicyCommand({
      ...put,
      PolicyDocument: policy({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }),
    }),
  )
  const input = { RoleArn: roleArn('Brief'), RoleSessionName: 'session' }
  const keys = keysOf(await scene.sts(eve).send(new AssumeRoleCommand(input)))
  const get = new GetUserCommand({ UserName: 'ann' })
  const id = await idOf(new IAMClient(house.client(keys)).send(get))
  await iam.send(new DeleteRolePolicyCommand(put))
  await iam.send(new DeleteRoleCommand({ RoleName: 'Brief' }))
  const { Then, Now, Unknown } = await explain(id)
  assert.equal(Then?.Outcome, 'allow')
  assert.equal(Now, undefined)
  assert.equal(Unknown, 'The identity that called is not one that can call now.')
})
