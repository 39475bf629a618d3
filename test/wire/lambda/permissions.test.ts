import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateAliasCommand,
  DeleteAliasCommand,
  GetPolicyCommand,
  InvokeCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda'
import type { AccountId } from '../../../src/lib/brand.ts'
import { account, allow, arnOf, raiseScene, region, type Scene } from './scene.ts'

let scene: Scene
const FunctionName = 'governed'
const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:db-AbCdEf`
before(async () => {
  scene = await raiseScene()
  await scene.make(FunctionName)
})
after(async () => {
  assert.deepEqual(scene.house.complaints, [])
  await scene[Symbol.asyncDispose]()
})

const add = (input: Partial<AddPermissionCommandInput>) =>
  scene.root.send(
    new AddPermissionCommand({
      ...{ FunctionName, StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*' },
      ...input,
    }),
  )
const get = async (Qualifier?: string) =>
  scene.root.send(new GetPolicyCommand({ FunctionName, Qualifier }))
const remove = (StatementId: string, input: object = {}) =>
  scene.root.send(new RemovePermissionCommand({ FunctionName, StatementId, ...input }))

describe('AddPermission', () => {
  const refused: readonly (readonly [
    why: string,
    input: Partial<AddPermissionCommandInput>,
    name: string,
    words: RegExp,
  ])[] = [
    ['a statement id that is none', { StatementId: 'a b' }, 'ValidationException', /statementId/],
    ['an action that is none', { Action: 'iam:PassRole' }, 'ValidationException', /action/],
    [
      'a principal that is none',
      { Principal: 'nobody' },
      'InvalidParameterValueException',
      /^The provided principal was invalid\. Please check the principal and try again\.$/,
    ],
    [
      'a principal with a pattern',
      { Principal: `arn:aws:iam::${account}:user/*` },
      'InvalidParameterValueException',
      /^The provided principal was invalid/,
    ],
    [
      '$LATEST, which has no policy of its own',
      { Qualifier: '$LATEST' },
      'InvalidParameterValueException',
      /^We currently do not support adding policies for \$LATEST\.$/,
    ],
    [
      'a function URL',
      { FunctionUrlAuthType: 'NONE' },
      'InvalidParameterValueException',
      /^FunctionUrlAuthType is not offered here/,
    ],
    [
      'another revision than the caller saw',
      { RevisionId: 'old' },
      'PreconditionFailedException',
      /Revision Id/,
    ],
    [
      'a function that is not there',
      { FunctionName: 'none' },
      'ResourceNotFoundException',
      /^Function not found: /,
    ],
  ]
  for (const [why, input, name, message] of refused) {
    test(`refuses ${why}`, async () => {
      await assert.rejects(add(input), { name, message })
    })
  }

  test('who may not', async () => {
    const client = scene.client(await scene.user(allow('lambda:GetPolicy')))
    const input = { FunctionName, StatementId: 's', Action: 'lambda:*', Principal: '*' }
    await assert.rejects(client.send(new AddPermissionCommand(input)), {
      name: 'AccessDeniedException',
    })
  })

  test('there is no policy yet', async () => {
    await assert.rejects(get(), {
      name: 'ResourceNotFoundException',
      message: 'The resource you requested does not exist.',
    })
    await assert.rejects(remove('s'), {
      name: 'ResourceNotFoundException',
      message: 'No policy is associated with the given resource.',
    })
  })

  test('statements are as AWS makes them', async () => {
    const { Statement, $metadata } = await add({
      StatementId: 'rotation',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: account,
      SourceArn: secretArn,
    })
    assert.equal($metadata.httpStatusCode, 201)
    const rotation = {
      Sid: 'rotation',
      Effect: 'Allow',
      Principal: { Service: 'secretsmanager.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: arnOf(FunctionName),
      Condition: {
        StringEquals: { 'AWS:SourceAccount': account },
        ArnLike: { 'AWS:SourceArn': secretArn },
      },
    }
    assert.deepEqual(JSON.parse(Statement ?? ''), rotation)
    await add({ StatementId: 'neighbour', Principal: '999988887777' })
    const { Policy, RevisionId } = await get()
    assert.deepEqual(JSON.parse(Policy ?? ''), {
      Version: '2012-10-17',
      Id: 'default',
      Statement: [
        rotation,
        {
          Sid: 'neighbour',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::999988887777:root' },
          Action: 'lambda:InvokeFunction',
          Resource: arnOf(FunctionName),
        },
      ],
    })
    await remove('neighbour', { RevisionId })
  })

  test('a statement id is given once', async () => {
    await assert.rejects(add({ StatementId: 'rotation' }), {
      name: 'ResourceConflictException',
      message:
        'The statement id (rotation) provided already exists. Please provide a new statement id, or remove the existing statement.',
    })
  })

  test('a policy stays small', async () => {
    await scene.make('talkative')
    const name = 'PolicyLengthExceededException'
    const long = (at: number) =>
      add({
        FunctionName: 'talkative',
        StatementId: `s${at}`,
        SourceArn: `${secretArn}${'x'.repeat(9000)}`,
      })
    await long(1)
    await long(2)
    await assert.rejects(long(3), { name, message: /is bigger than the limit \(20480\)\.$/ })
  })
})

describe('what a policy allows', () => {
  const asService = (functionArn: string, sourceArn: string, sourceAccount = account) =>
    scene.house.enterAs(
      {
        principal: 'secretsmanager.amazonaws.com',
        account: sourceAccount as AccountId,
        region,
        sourceArn,
      },
      { service: 'lambda', operation: 'Invoke', input: { FunctionName: functionArn } },
    )

  test('a service invokes for the resource that is named, and for no other', async () => {
    assert.partialDeepStrictEqual(await asService(arnOf(FunctionName), secretArn), {
      StatusCode: 200,
    })
    await assert.rejects(asService(arnOf(FunctionName), `${secretArn}x`), {
      code: 'AccessDeniedException',
    })
    await assert.rejects(asService(arnOf(FunctionName), secretArn, '999988887777'), {
      code: 'AccessDeniedException',
    })
    await assert.rejects(asService(arnOf('talkative'), secretArn), {
      code: 'AccessDeniedException',
    })
  })

  test('an account that is let in may let its people in', async () => {
    const { account: Principal, keys } = await scene.stranger()
    const client = scene.client(keys)
    const invoke = () => client.send(new InvokeCommand({ FunctionName: arnOf(FunctionName) }))
    await assert.rejects(invoke(), { name: 'AccessDeniedException' })
    await add({ StatementId: 'stranger', Principal })
    assert.equal((await invoke()).StatusCode, 200)
    await remove('stranger')
    await assert.rejects(invoke(), { name: 'AccessDeniedException' })
  })

  test("an alias has a policy of its own, and the function's is not the alias'", async () => {
    const alias = { FunctionName, Name: 'live', FunctionVersion: '$LATEST' }
    await scene.root.send(new CreateAliasCommand(alias))
    await assert.rejects(asService(arnOf(FunctionName, 'live'), secretArn), {
      code: 'AccessDeniedException',
    })
    await add({
      StatementId: 'live',
      Principal: 'secretsmanager.amazonaws.com',
      Qualifier: 'live',
    })
    const { Policy } = await get('live')
    assert.equal(JSON.parse(Policy ?? '').Statement[0].Resource, arnOf(FunctionName, 'live'))
    assert.partialDeepStrictEqual(await asService(arnOf(FunctionName, 'live'), secretArn), {
      StatusCode: 200,
    })
    await scene.root.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }))
    await scene.root.send(new CreateAliasCommand(alias))
    await assert.rejects(get('live'), { name: 'ResourceNotFoundException' })
  })
})

describe('RemovePermission', () => {
  test('a statement that is not there', async () => {
    await assert.rejects(remove('none'), {
      name: 'ResourceNotFoundException',
      message: 'Statement none is not found in resource policy.',
    })
    await assert.rejects(remove('rotation', { RevisionId: 'old' }), {
      name: 'PreconditionFailedException',
    })
  })

  test('with the last statement goes the policy', async () => {
    const { $metadata } = await remove('rotation')
    assert.equal($metadata.httpStatusCode, 204)
    await assert.rejects(get(), { name: 'ResourceNotFoundException' })
  })
})
