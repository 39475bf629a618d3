import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteFunctionCommand,
  type DestinationConfig,
  InvokeCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda'
import { TooBusy } from '../../../src/functions/function.ts'
import { until, untilEqual } from '../../until.ts'
import { StrongroomRecords } from '../strongroom/records.ts'
import { allow, allowRole, arnOf, raiseScene, type Scene, zipOf } from './scene.ts'

const start = Date.now()
const clock = { at: start, now: () => clock.at }
const minute = 60_000

let scene: Scene
before(async () => {
  scene = await raiseScene({ world: { clock, queue: { lookMilliseconds: 20 } } })
  await allowRole(scene.iam, allow('lambda:InvokeFunction'))
  await scene.make('told')
  await scene.make('echo')
  const ZipFile = zipOf("() => { throw new Error('canary-in-words') }")
  await scene.make('fails', { Code: { ZipFile } })
})
after(async () => {
  assert.deepEqual(scene.house.complaints, [])
  await scene[Symbol.asyncDispose]()
})

beforeEach(() => {
  clock.at = Date.now()
  scene.runner.refusal = undefined
  scene.runner.calls.length = 0
})

const queue = async (FunctionName: string, Payload = '{"n":1}') => {
  const invoke = new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload })
  const { StatusCode, Payload: answer, $metadata } = await scene.root.send(invoke)
  assert.deepEqual([StatusCode, answer?.length ?? 0], [202, 0])
  return $metadata.requestId ?? ''
}

const configure = (FunctionName: string, config: object) =>
  scene.root.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...config }))

const onFailure = (name: string): { DestinationConfig: DestinationConfig } => ({
  DestinationConfig: { OnFailure: { Destination: arnOf(name) } },
})

const namesRun = () => scene.runner.calls.map(({ deployed }) => deployed.name)

/**
 * Waits until as many invocations were tried as are meant. On a busy machine the last try was perhaps
 * settled by a clock that had been moved on already: then it is moved on once more.
 */
async function tried(count: number): Promise<void> {
  let nudgeAt = performance.now() + 5000
  await until(() => {
    if (performance.now() > nudgeAt) {
      nudgeAt += 5000
      clock.at += minute
    }
    return scene.runner.calls.length >= count
  })
  assert.equal(scene.runner.calls.length, count)
  // What became of it is committed by the clock as it stands, before that is moved on.
  await sleep(100)
}

/** Long enough for the queue to have looked several times. */
const quiet = () => sleep(200)

/** Why the destination that was to be told last was not. */
const toldLast = async (): Promise<string | undefined> => {
  const records = await new StrongroomRecords(scene.house).newest(50)
  const last = records.find(({ eventName }) => eventName === 'InvokeDestination')
  return (last as { errorMessage?: string } | undefined)?.errorMessage
}

const eventOf = (at: number) => {
  const { invocation } = scene.runner.calls[at] ?? {}
  return JSON.parse(Buffer.from(invocation?.payload ?? []).toString())
}

describe('an asynchronous invocation', () => {
  test('is answered at once and runs, with the id of its call', async () => {
    const requestId = await queue('echo')
    await tried(1)
    const [{ invocation } = {}] = scene.runner.calls
    assert.equal(invocation?.requestId, requestId)
    assert.equal(invocation?.invokedArn, arnOf('echo', '$LATEST'))
    assert.deepEqual(eventOf(0), { n: 1 })
  })

  test('that fails is tried after one minute and after two, and no more', async () => {
    const requestId = await queue('fails')
    await tried(1)
    await quiet()
    assert.equal(scene.runner.calls.length, 1)
    clock.at += minute
    await tried(2)
    clock.at += minute
    await quiet()
    assert.equal(scene.runner.calls.length, 2)
    clock.at += minute
    await tried(3)
    clock.at += 10 * minute
    await quiet()
    assert.deepEqual(
      scene.runner.calls.map(({ invocation }) => invocation.requestId),
      [requestId, requestId, requestId],
    )
  })

  test('that failed for good is told to the function that is to know', async () => {
    await configure('fails', { MaximumRetryAttempts: 1, ...onFailure('told') })
    const requestId = await queue('fails')
    await tried(1)
    clock.at += minute
    await tried(3)
    assert.deepEqual(namesRun(), ['fails', 'fails', 'told'])
    const { timestamp, ...event } = eventOf(2)
    assert.match(timestamp, /^\d{4}-/)
    assert.deepEqual(event, {
      version: '1.0',
      requestContext: {
        requestId,
        functionArn: arnOf('fails', '$LATEST'),
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
      },
      requestPayload: { n: 1 },
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: 'Unhandled',
      },
      responsePayload: { errorType: 'Error', errorMessage: 'canary-in-words', trace: [] },
    })
    await untilEqual(
      async () => (await new StrongroomRecords(scene.house).newest(1))[0]?.eventName,
      'InvokeDestination',
    )
    const [record] = await new StrongroomRecords(scene.house).newest(1)
    assert.doesNotMatch(JSON.stringify(record), /canary/)
  })

  test('that succeeded is told, too', async () => {
    await configure('echo', {
      DestinationConfig: { OnSuccess: { Destination: arnOf('told') } },
    })
    await queue('echo')
    await tried(2)
    assert.equal(eventOf(1).requestContext.condition, 'Success')
    assert.deepEqual(eventOf(1).responsePayload, { n: 1 })
  })

  test('for which there is no room waits, and is not counted as failed', async () => {
    await configure('fails', { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 21_600 })
    scene.runner.refusal = new TooBusy('ConcurrentInvocationLimitExceeded')
    await queue('fails')
    await tried(1)
    clock.at += 1000
    await tried(2)
    scene.runner.refusal = undefined
    clock.at += 2000
    await tried(3)
    clock.at += 10 * minute
    await quiet()
    assert.equal(scene.runner.calls.length, 3)
  })

  test('that waited for too long is given up, and that is told', async () => {
    await configure('echo', { MaximumEventAgeInSeconds: 60, ...onFailure('told') })
    scene.runner.refusal = new TooBusy('ConcurrentInvocationLimitExceeded')
    await queue('echo')
    await tried(1)
    scene.runner.refusal = undefined
    clock.at += 2 * minute
    await tried(2)
    assert.deepEqual(namesRun(), ['echo', 'told'])
    assert.equal(eventOf(1).requestContext.condition, 'EventAgeExceeded')
    assert.equal(eventOf(1).responsePayload, undefined)
  })

  test('of a function that is gone is for nobody, nor for one that is made anew', async () => {
    for (const isMadeAnew of [false, true]) {
      scene.runner.calls.length = 0
      await scene.make('passing')
      scene.runner.refusal = new TooBusy('ConcurrentInvocationLimitExceeded')
      await queue('passing')
      await tried(1)
      await quiet()
      await scene.root.send(new DeleteFunctionCommand({ FunctionName: 'passing' }))
      if (isMadeAnew) await scene.make('passing')
      scene.runner.refusal = undefined
      clock.at += 5000
      await quiet()
      assert.equal(scene.runner.calls.length, 1)
    }
  })

  test('that goes from function to function in a circle ends', async () => {
    const ZipFile = zipOf("() => { throw new Error('again') }")
    await scene.make('circle', { Code: { ZipFile } })
    await configure('circle', { MaximumRetryAttempts: 0, ...onFailure('circle') })
    await queue('circle')
    await tried(17)
    await quiet()
    assert.equal(scene.runner.calls.length, 17)
    await untilEqual(toldLast, 'RecursiveInvocationException')
  })

  test('is told to nobody whom its role may not invoke any more', async () => {
    await configure('fails', { MaximumRetryAttempts: 0, ...onFailure('told') })
    await allowRole(scene.iam, allow('sts:GetCallerIdentity'))
    await queue('fails')
    await tried(1)
    await quiet()
    assert.deepEqual(namesRun(), ['fails'])
    await untilEqual(toldLast, 'AccessDeniedException')
  })
})

test('what is queued outlives a restart', async (t) => {
  const own = await raiseScene({ world: { clock, queue: { lookMilliseconds: 20 } } })
  t.after(() => own[Symbol.asyncDispose]())
  await own.make('echo')
  own.runner.refusal = new TooBusy('ConcurrentInvocationLimitExceeded')
  const invoke = new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event' })
  const { $metadata } = await own.root.send(invoke)
  await until(() => own.runner.calls.length > 0)
  await quiet()
  await own.house.restart()
  own.runner.refusal = undefined
  clock.at += 5000
  await until(() => own.runner.calls.length > 1)
  await quiet()
  const ids = own.runner.calls.map(({ invocation }) => invocation.requestId)
  assert.deepEqual(ids, [$metadata.requestId, $metadata.requestId])
})
