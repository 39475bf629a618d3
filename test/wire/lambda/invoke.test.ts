import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  InvokeCommand,
  type InvokeCommandInput,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda'
import { CannotRun, TooBusy } from '../../../src/functions/function.ts'
import { send } from '../../raw.ts'
import { StrongroomRecords } from '../strongroom/records.ts'
import { allow, arnOf, raiseScene, type Scene, zipOf } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
  await scene.make('echo')
  await scene.make('fails', {
    Code: { ZipFile: zipOf("() => { throw new TypeError('no luck') }") },
  })
  await scene.make('silent', { Code: { ZipFile: zipOf('() => undefined') } })
})
after(async () => {
  await scene[Symbol.asyncDispose]()
})

const invoke = (input: Partial<InvokeCommandInput> = {}) =>
  scene.root.send(new InvokeCommand({ FunctionName: 'echo', ...input }))

describe('Invoke', () => {
  test('a type that is none', async () => {
    await assert.rejects(invoke({ InvocationType: 'Later' as never }), {
      name: 'ValidationException',
      message: /'invocationType' failed to satisfy constraint/,
    })
  })

  test('a payload that is no JSON', async () => {
    for (const Payload of ['{"a":', Buffer.of(0xff, 0xfe)]) {
      await assert.rejects(invoke({ Payload }), {
        name: 'InvalidRequestContentException',
        message: 'Could not parse request body into json.',
      })
    }
  })

  test('a client context that is none', async () => {
    for (const ClientContext of ['no base64!', Buffer.from('x').toString('base64')]) {
      await assert.rejects(invoke({ ClientContext }), { name: 'InvalidRequestContentException' })
    }
  })

  test('a payload that is too large', async () => {
    const Payload = JSON.stringify('x'.repeat(1 << 20))
    await assert.rejects(invoke({ InvocationType: 'Event', Payload }), {
      name: 'RequestTooLargeException',
      message: 'Request must be smaller than 1048576 bytes for the InvokeFunction operation',
    })
    const { Payload: back } = await invoke({ Payload })
    assert.equal(back?.length, Payload.length)
  })

  test('what is not offered is refused', async () => {
    await assert.rejects(invoke({ TenantId: 'a' }), { name: 'InvalidParameterValueException' })
    await assert.rejects(invoke({ DurableExecutionName: 'a' }), {
      name: 'InvalidParameterValueException',
    })
  })

  test('who may not: nothing runs', async () => {
    const before = scene.runner.calls.length
    const client = scene.client(await scene.user(allow('lambda:InvokeFunction', arnOf('other'))))
    await assert.rejects(client.send(new InvokeCommand({ FunctionName: 'echo' })), {
      name: 'AccessDeniedException',
      message: new RegExp(
        `is not authorized to perform: lambda:InvokeFunction on resource: ${arnOf('echo')} because`,
      ),
    })
    assert.equal(scene.runner.calls.length, before)
  })

  test('a function that is not there', async () => {
    await assert.rejects(invoke({ FunctionName: 'none' }), {
      name: 'ResourceNotFoundException',
      message: `Function not found: ${arnOf('none')}`,
    })
  })

  test('only tried: it may, and nothing runs', async () => {
    const before = scene.runner.calls.length
    assert.equal((await invoke({ InvocationType: 'DryRun' })).StatusCode, 204)
    assert.equal(scene.runner.calls.length, before)
  })

  test('it runs, and what it gives is the answer', async () => {
    const { StatusCode, ExecutedVersion, FunctionError, LogResult, Payload, $metadata } =
      await invoke({ Payload: '{"a":[1,"ü"]}', LogType: 'Tail' })
    assert.deepEqual([StatusCode, ExecutedVersion, FunctionError], [200, '$LATEST', undefined])
    assert.equal(Payload?.transformToString(), '{"a":[1,"ü"]}')
    const { invocation, deployed } = scene.runner.calls.at(-1) ?? {}
    assert.equal(invocation?.requestId, $metadata.requestId)
    assert.equal(invocation?.invokedArn, arnOf('echo'))
    assert.equal(deployed?.name, 'echo')
    const tail = Buffer.from(LogResult ?? '', 'base64').toString()
    assert.equal(tail, `START RequestId: ${$metadata.requestId}\n`)
  })

  test('without an event it gets an empty one; what gives nothing answers null', async () => {
    assert.equal((await invoke()).Payload?.transformToString(), '{}')
    assert.equal((await invoke({ FunctionName: 'silent' })).Payload?.transformToString(), 'null')
  })

  test('its client context reaches it', async () => {
    const ClientContext = Buffer.from('{"custom":{"a":1}}').toString('base64')
    await invoke({ ClientContext })
    assert.equal(scene.runner.calls.at(-1)?.invocation.clientContext, '{"custom":{"a":1}}')
  })

  test('a function that fails is a 200 that says so', async () => {
    const { StatusCode, FunctionError, Payload } = await invoke({ FunctionName: 'fails' })
    assert.deepEqual([StatusCode, FunctionError], [200, 'Unhandled'])
    assert.deepEqual(JSON.parse(Payload?.transformToString() ?? ''), {
      errorType: 'TypeError',
      errorMessage: 'no luck',
      trace: [],
    })
  })

  test('any content type is taken, a form among them', async () => {
    const { status, body } = await send({
      ...{ url: scene.house.url, keys: scene.house.root, service: 'lambda' },
      target: '/2015-03-31/functions/echo/invocations',
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      body: '{"Action":"Version"}',
    })
    assert.deepEqual([status, body], [200, '{"Action":"Version"}'])
  })

  test('what a function reserved is told to whoever runs it', async () => {
    const FunctionName = 'silent'
    const put = { FunctionName, ReservedConcurrentExecutions: 0 }
    await scene.root.send(new PutFunctionConcurrencyCommand(put))
    await invoke({ FunctionName })
    assert.equal(scene.runner.calls.at(-1)?.deployed.reservedConcurrency, 0)
  })
})

describe('what becomes of an invocation behind its commit', () => {
  after(() => {
    scene.runner.refusal = undefined
  })

  test('no room is too many requests, and recorded behind the permission', async () => {
    scene.runner.refusal = new TooBusy('ConcurrentInvocationLimitExceeded')
    const thrown = await invoke().catch((error) => error)
    assert.equal(thrown.name, 'TooManyRequestsException')
    assert.equal(thrown.$metadata.httpStatusCode, 429)
    const newest = await new StrongroomRecords(scene.house).newest(2)
    const records = newest.reverse()
    assert.deepEqual(
      records.map(({ eventName, errorCode }) => [eventName, errorCode]),
      [
        ['Invoke', undefined],
        ['Invoke', 'TooManyRequestsException'],
      ],
    )
    assert.deepEqual(
      records.map(({ requestID }) => requestID),
      [thrown.$metadata.requestId, thrown.$metadata.requestId],
    )
  })

  test('a machine that cannot run it says why to its deployer', async () => {
    scene.runner.refusal = new CannotRun('there is no python here')
    await assert.rejects(invoke(), {
      name: 'InvalidRuntimeException',
      message: 'there is no python here',
    })
  })

  test('a fault of ours is told without words, and the operator hears of it', async () => {
    scene.runner.refusal = new Error('canary-of-ours')
    const thrown = await invoke().catch((error) => error)
    assert.equal(thrown.name, 'ServiceException')
    assert.equal(thrown.$metadata.httpStatusCode, 500)
    assert.doesNotMatch(thrown.message, /canary/)
    assert.ok(scene.house.complaints.some((words) => words.includes('canary-of-ours')))
  })
})
