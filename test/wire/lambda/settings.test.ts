import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda'
import { account, allow, allowRole, arnOf, raiseScene, type Scene } from './scene.ts'

let scene: Scene
const FunctionName = 'settled'
before(async () => {
  scene = await raiseScene()
  for (const name of [FunctionName, 'other']) await scene.make(name)
})
after(async () => {
  assert.deepEqual(scene.house.complaints, [])
  await scene[Symbol.asyncDispose]()
})

describe('tags', () => {
  const Resource = arnOf(FunctionName)
  const tags = async () => (await scene.root.send(new ListTagsCommand({ Resource }))).Tags
  const tag = (Tags: Record<string, string>) =>
    scene.root.send(new TagResourceCommand({ Resource, Tags }))

  test('of a name that is no ARN', async () => {
    await assert.rejects(scene.root.send(new ListTagsCommand({ Resource: FunctionName })), {
      name: 'ValidationException',
    })
  })

  test('of versions there are none', async () => {
    const list = new ListTagsCommand({ Resource: `${Resource}:1` })
    await assert.rejects(scene.root.send(list), {
      name: 'InvalidParameterValueException',
      message:
        'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    })
  })

  test('of a function that is not there', async () => {
    await assert.rejects(scene.root.send(new ListTagsCommand({ Resource: arnOf('none') })), {
      name: 'ResourceNotFoundException',
      message: `Function not found: ${arnOf('none')}`,
    })
  })

  test('decide: a request may bring only those that its policy names', async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['lambda:TagResource', 'lambda:UntagResource'],
          Resource: '*',
          Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
        },
      ],
    })
    const client = scene.client(await scene.user(policy))
    await client.send(new TagResourceCommand({ Resource, Tags: { team: 'blue' } }))
    await assert.rejects(client.send(new TagResourceCommand({ Resource, Tags: { x: '1' } })), {
      name: 'AccessDeniedException',
    })
    await assert.rejects(client.send(new UntagResourceCommand({ Resource, TagKeys: ['x'] })), {
      name: 'AccessDeniedException',
    })
  })

  test('are added, given other values, and taken off', async () => {
    const { $metadata } = await tag({ team: 'red', cost: '1' })
    assert.equal($metadata.httpStatusCode, 204)
    assert.deepEqual(await tags(), { team: 'red', cost: '1' })
    await scene.root.send(new UntagResourceCommand({ Resource, TagKeys: ['cost', 'none'] }))
    assert.deepEqual(await tags(), { team: 'red' })
  })

  test('decide: a function is reached by its tags', async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'lambda:GetFunction',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
        },
      ],
    })
    const client = scene.client(await scene.user(policy))
    await client.send(new GetFunctionCommand({ FunctionName }))
    await assert.rejects(client.send(new GetFunctionCommand({ FunctionName: 'other' })), {
      name: 'AccessDeniedException',
    })
  })
})

describe('concurrency', () => {
  const put = (ReservedConcurrentExecutions: number, name = FunctionName) =>
    scene.root.send(
      new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions }),
    )
  const reserved = async () =>
    (await scene.root.send(new GetFunctionConcurrencyCommand({ FunctionName })))
      .ReservedConcurrentExecutions
  const unreserved = async () =>
    (await scene.root.send(new GetAccountSettingsCommand({}))).AccountLimit
      ?.UnreservedConcurrentExecutions

  test('below none', async () => {
    await assert.rejects(put(-1), { name: 'ValidationException' })
  })

  test('a hundred stay for those that reserve none', async () => {
    await put(500, 'other')
    await assert.rejects(put(401), {
      name: 'InvalidParameterValueException',
      message:
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    })
  })

  test('is reserved, told, and given back', async () => {
    assert.equal(await reserved(), undefined)
    await put(3)
    await put(5)
    assert.equal(await reserved(), 5)
    assert.equal(await unreserved(), 495)
    const { Concurrency } = await scene.root.send(new GetFunctionCommand({ FunctionName }))
    assert.deepEqual(Concurrency, { ReservedConcurrentExecutions: 5 })
    for (let time = 0; time < 2; time++) {
      const { $metadata } = await scene.root.send(
        new DeleteFunctionConcurrencyCommand({ FunctionName }),
      )
      assert.equal($metadata.httpStatusCode, 204)
    }
    assert.equal(await reserved(), undefined)
    await scene.root.send(new DeleteFunctionCommand({ FunctionName: 'other' }))
    assert.equal(await unreserved(), 1000)
    await scene.make('other')
  })
})

describe('event invoke configs', () => {
  const put = (input: object) =>
    scene.root.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...input }))
  const get = () => scene.root.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))
  const absent = {
    name: 'ResourceNotFoundException',
    message: `The function ${arnOf(FunctionName, '$LATEST')} doesn't have an EventInvokeConfig`,
  }

  test('out of bounds', async () => {
    await assert.rejects(put({ MaximumRetryAttempts: 3 }), { name: 'ValidationException' })
    await assert.rejects(put({ MaximumEventAgeInSeconds: 59 }), { name: 'ValidationException' })
  })

  test('with nothing to set', async () => {
    await assert.rejects(put({}), {
      name: 'InvalidParameterValueException',
      message: 'You must specify at least one of error handling or destination setting.',
    })
  })

  test('what is not there', async () => {
    await assert.rejects(get(), absent)
    const update = { FunctionName, MaximumRetryAttempts: 1 }
    await assert.rejects(
      scene.root.send(new UpdateFunctionEventInvokeConfigCommand(update)),
      absent,
    )
    const remove = new DeleteFunctionEventInvokeConfigCommand({ FunctionName })
    await assert.rejects(scene.root.send(remove), absent)
  })

  for (const Destination of [
    `arn:aws:sqs:us-east-1:${account}:queue`,
    `arn:aws:events:us-east-1:${account}:event-bus/default`,
    arnOf('other').replace('us-east-1', 'eu-west-1'),
    arnOf('other').replace(account, '999988887777'),
  ]) {
    test(`${Destination} is not offered`, async () => {
      await assert.rejects(put({ DestinationConfig: { OnFailure: { Destination } } }), {
        name: 'InvalidParameterValueException',
        message: /^A destination other than a function of the same account and region is not/,
      })
    })
  }

  test('a destination that the role may not invoke, or that is not there', async () => {
    for (const name of ['other', 'none']) {
      const Destination = arnOf(name)
      await assert.rejects(put({ DestinationConfig: { OnFailure: { Destination } } }), {
        name: 'InvalidParameterValueException',
        message: `The function's execution role does not have permissions to call InvokeFunction on ${Destination}`,
      })
    }
  })

  test('is written, changed in part, written anew, listed and removed', async () => {
    await allowRole(scene.iam, allow('lambda:InvokeFunction', arnOf('other')))
    const Destination = arnOf('other')
    const OnFailure = { Destination }
    const { $metadata, LastModified, ...first } = await put({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure },
    })
    assert.ok(LastModified instanceof Date)
    assert.deepEqual(first, {
      FunctionArn: arnOf(FunctionName, '$LATEST'),
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnSuccess: {}, OnFailure },
    })
    const update = { FunctionName, MaximumEventAgeInSeconds: 60 }
    await scene.root.send(new UpdateFunctionEventInvokeConfigCommand(update))
    const changed = await get()
    assert.deepEqual(
      [changed.MaximumRetryAttempts, changed.MaximumEventAgeInSeconds, changed.DestinationConfig],
      [0, 60, { OnSuccess: {}, OnFailure }],
    )
    await put({ MaximumEventAgeInSeconds: 90 })
    const anew = await get()
    assert.deepEqual(
      [anew.MaximumRetryAttempts, anew.DestinationConfig],
      [undefined, { OnSuccess: {}, OnFailure: {} }],
    )
    const list = new ListFunctionEventInvokeConfigsCommand({ FunctionName })
    const { FunctionEventInvokeConfigs } = await scene.root.send(list)
    assert.deepEqual(
      FunctionEventInvokeConfigs?.map((each) => each.MaximumEventAgeInSeconds),
      [90],
    )
    await scene.root.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }))
    await assert.rejects(get(), absent)
  })
})
