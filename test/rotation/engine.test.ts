/** The engine, through the house: functions in this process use the real SDK, as AWS's templates do. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseHouse, type TestHouse } from '../house.ts'
import { until } from '../until.ts'
import {
  type Event,
  functionsOf,
  type Handler,
  OneLogin,
  singleUser,
} from '../wire/secretsmanager/functions.ts'
import { account, raiseScene, refused, type Scene } from '../wire/secretsmanager/scene.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'

const RotationLambdaARN = `arn:aws:lambda:us-east-1:${account}:function:rotate`
const RotationRules = { AutomaticallyAfterDays: 10 }
const dayMs = 24 * 60 * 60 * 1000

let scene: Scene
/** What runs for a secret, by its ARN. */
const handlers = new Map<string, Handler>()
const events: Event[] = []
const functions = functionsOf(async (event, source) => {
  events.push(event)
  await handlers.get(event.SecretId)?.(event, source)
})

before(async () => {
  scene = await raiseScene({ world: { functions, rotation: { lookMs: 100 } } })
})
after(async () => {
  await scene[Symbol.asyncDispose]()
  assert.deepEqual(scene.house.complaints, [])
})

const read = async (SecretId: string, VersionStage = 'AWSCURRENT') =>
  (await scene.root.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString ?? ''
const look = (SecretId: string) => scene.root.send(new DescribeSecretCommand({ SecretId }))
const eventsOf = async (SecretId: string) => {
  const { ARN } = await look(SecretId)
  return events.filter((event) => event.SecretId === ARN)
}
const stepsOf = async (SecretId: string) => (await eventsOf(SecretId)).map(({ Step }) => Step)

/** The service events about a secret, oldest first. */
async function told(SecretId: string): Promise<string[]> {
  const { ARN } = await look(SecretId)
  const records = await new StrongroomRecords(scene.house).newest(400)
  return records
    .filter((record) => {
      const { eventType, additionalEventData } = record as unknown as {
        eventType: string
        additionalEventData?: { SecretId?: string }
      }
      return eventType === 'AwsServiceEvent' && additionalEventData?.SecretId === ARN
    })
    .map(({ eventName }) => eventName)
    .toReversed()
}

/** A secret that opens a login, and its function. */
async function opening() {
  const { arn, name, versionId } = await scene.secret({ SecretString: 'first' })
  const login = new OneLogin('first')
  const handler = singleUser(() => scene.root, login)
  handlers.set(arn, handler)
  return { arn, SecretId: name, first: versionId, login, handler }
}

const rotate = (SecretId: string, more = {}) =>
  scene.root.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules, ...more }))
const isTold = (SecretId: string, event: string) => async () =>
  (await told(SecretId)).includes(event)

describe('a rotation', () => {
  test('runs the four steps in order, with AWS’s event, and the new value opens', async () => {
    const { arn, SecretId, first, login } = await opening()
    const { VersionId = '' } = await rotate(SecretId)
    await until(isTold(SecretId, 'RotationSucceeded'))
    const sent = await eventsOf(SecretId)
    assert.deepEqual(
      sent.map(({ Step }) => Step),
      ['createSecret', 'setSecret', 'testSecret', 'finishSecret'],
    )
    for (const { SecretId: id, ClientRequestToken, RotationToken } of sent) {
      assert.deepEqual([id, ClientRequestToken], [arn, VersionId])
      assert.match(RotationToken, /^[0-9a-f-]{36}$/)
    }
    assert.ok(await login.opens(await read(SecretId)))
    const described = await look(SecretId)
    assert.deepEqual(described.VersionIdsToStages, {
      [first]: ['AWSPREVIOUS'],
      [VersionId]: ['AWSCURRENT', 'AWSPENDING'],
    })
    assert.ok(described.LastRotatedDate)
    assert.deepEqual(described.RotationRules, RotationRules)
    assert.deepEqual(await told(SecretId), ['RotationStarted', 'RotationSucceeded'])
  })

  test('by an expression is shown with the days that it came to', async () => {
    const { SecretId } = await opening()
    const rules = { ScheduleExpression: 'rate(10 days)' }
    await rotate(SecretId, { RotationRules: rules })
    assert.deepEqual((await look(SecretId)).RotationRules, rules)
    await until(isTold(SecretId, 'RotationSucceeded'))
    const shown = { ...rules, AutomaticallyAfterDays: 10 }
    assert.deepEqual((await look(SecretId)).RotationRules, shown)
  })

  test('can be asked for again when it is done, and rotates from what it made', async () => {
    const { SecretId, login } = await opening()
    for (const turn of [1, 2, 3]) {
      await rotate(SecretId)
      await until(async () => {
        const succeeded = (await told(SecretId)).filter((event) => event === 'RotationSucceeded')
        return succeeded.length === turn
      })
    }
    assert.ok(await login.opens(await read(SecretId)))
    assert.equal(await login.opens(await read(SecretId, 'AWSPREVIOUS')), false)
  })

  test('whose last answer was lost is done all the same, and not begun anew', async () => {
    const { arn, SecretId, login, handler } = await opening()
    handlers.set(arn, async (event, source) => {
      await handler(event, source)
      if (event.Step === 'finishSecret') throw new Error('the connection was cut')
    })
    const { VersionId = '' } = await rotate(SecretId)
    await until(isTold(SecretId, 'RotationSucceeded'))
    assert.deepEqual((await look(SecretId)).VersionIdsToStages?.[VersionId], [
      'AWSCURRENT',
      'AWSPENDING',
    ])
    assert.ok(await login.opens(await read(SecretId)))
    assert.deepEqual(await told(SecretId), ['RotationStarted', 'RotationSucceeded'])
    assert.equal((await stepsOf(SecretId)).length, 4)
  })

  test('that fails leaves AWSCURRENT alone, blocks the next one, and tells where it failed', async () => {
    const { arn, SecretId, first, handler } = await opening()
    handlers.set(arn, async (event, source) => {
      if (event.Step === 'setSecret') throw new TypeError('the password is first')
      await handler(event, source)
    })
    const { VersionId = '' } = await rotate(SecretId)
    await until(isTold(SecretId, 'RotationFailed'))
    assert.deepEqual(await stepsOf(SecretId), ['createSecret', 'setSecret'])
    const { VersionIdsToStages } = await look(SecretId)
    assert.deepEqual(VersionIdsToStages, { [first]: ['AWSCURRENT'], [VersionId]: ['AWSPENDING'] })
    assert.equal(await read(SecretId), 'first')
    await refused(
      rotate(SecretId),
      'InvalidRequestException',
      "A previous rotation isn't complete. That rotation will be reattempted.",
    )
    const record = (await new StrongroomRecords(scene.house).newest(200)).find(
      ({ eventName }) => eventName === 'RotationFailed',
    ) as unknown as { errorMessage: string }
    assert.equal(
      record.errorMessage,
      `Error when executing lambda ${RotationLambdaARN} during setSecret step: TypeError`,
    )
  })

  test('whose function does nothing is no success', async () => {
    const { name: SecretId } = await scene.secret()
    await rotate(SecretId)
    await until(isTold(SecretId, 'RotationFailed'))
    assert.equal((await stepsOf(SecretId)).length, 4)
  })

  test('that is cancelled ends: no further step, nothing told of it', async () => {
    const { arn, SecretId, handler } = await opening()
    handlers.set(arn, async (event, source) => {
      if (event.Step === 'createSecret') {
        await scene.root.send(new CancelRotateSecretCommand({ SecretId }))
      } else await handler(event, source)
    })
    await rotate(SecretId)
    await until(async () => (await look(SecretId)).RotationEnabled === false)
    await scene.secret()
    assert.deepEqual(await stepsOf(SecretId), ['createSecret'])
    assert.deepEqual(await told(SecretId), ['RotationStarted'])
  })

  test('is abandoned when somebody puts a value beside it', async () => {
    const { arn, SecretId, handler } = await opening()
    handlers.set(arn, async (event, source) => {
      await handler(event, source)
      if (event.Step !== 'createSecret') return
      await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: 'by hand' }))
    })
    await rotate(SecretId)
    await until(isTold(SecretId, 'RotationAbandoned'))
    assert.equal(await read(SecretId), 'by hand')
    await refused(
      scene.root.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPENDING' })),
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    )
    assert.deepEqual(await stepsOf(SecretId), ['createSecret'])
  })
})

describe('a secret with copies in other regions', () => {
  const AddReplicaRegions = [{ Region: 'eu-west-1' }]
  const abroad = async (SecretId: string) => {
    const client = scene.at('eu-west-1')
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }))
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }))
    return { stages: VersionIdsToStages ?? {}, value: SecretString }
  }

  test('is rotated, and they follow', async () => {
    const { arn, name: SecretId } = await scene.secret({ SecretString: 'first', AddReplicaRegions })
    const login = new OneLogin('first')
    handlers.set(
      arn,
      singleUser(() => scene.root, login),
    )
    await rotate(SecretId)
    await until(isTold(SecretId, 'RotationSucceeded'))
    const { stages, value } = await abroad(SecretId)
    assert.deepEqual(stages, (await look(SecretId)).VersionIdsToStages)
    assert.equal(value, await read(SecretId))
    const { ReplicationStatus } = await look(SecretId)
    assert.deepEqual(
      ReplicationStatus?.map(({ Status }) => Status),
      ['InSync'],
    )
  })

  test('is tested at home only', async () => {
    const { arn, name: SecretId } = await scene.secret({ SecretString: 'first', AddReplicaRegions })
    const seen: unknown[] = []
    handlers.set(arn, async () => void seen.push((await abroad(SecretId)).stages))
    await rotate(SecretId, { RotateImmediately: false })
    await until(isTold(SecretId, 'TestRotationSucceeded'))
    seen.push((await abroad(SecretId)).stages)
    for (const stages of seen) assert.deepEqual(Object.values(stages as object), [['AWSCURRENT']])
    assert.equal(seen.length, 2)
  })
})

describe('the RotationToken', () => {
  test('is checked in PutSecretValue where one is given', async () => {
    const { arn, SecretId } = await opening()
    const { promise, resolve } = Promise.withResolvers<Event>()
    handlers.set(arn, (event) => {
      resolve(event)
      return new Promise(() => {})
    })
    const { VersionId } = await rotate(SecretId)
    const { RotationToken } = await promise
    const put = (more: object) =>
      scene.root.send(
        new PutSecretValueCommand({
          SecretId,
          SecretString: 'new',
          VersionStages: ['AWSPENDING'],
          ClientRequestToken: VersionId,
          ...more,
        }),
      )
    const words = 'The RotationToken is not valid for this version.'
    for (const wrong of [
      { RotationToken: randomUUID() },
      { RotationToken, ClientRequestToken: randomUUID() },
    ]) {
      await refused(put(wrong), 'InvalidParameterException', words)
    }
    await put({ RotationToken })
    assert.equal(await read(SecretId, 'AWSPENDING'), 'new')
  })
})

describe('RotateImmediately=false', () => {
  test('runs testSecret alone, on a version that holds the current value and goes away', async () => {
    const { arn, SecretId, first } = await opening()
    let pending = ''
    handlers.set(arn, async ({ ClientRequestToken: VersionId, Step }) => {
      const { VersionIdsToStages, RotationEnabled } = await look(SecretId)
      assert.deepEqual(VersionIdsToStages?.[VersionId], ['AWSPENDING'])
      assert.deepEqual([RotationEnabled, Step], [true, 'testSecret'])
      const VersionStage = 'AWSPENDING'
      const input = { SecretId, VersionId, VersionStage }
      pending = (await scene.root.send(new GetSecretValueCommand(input))).SecretString ?? ''
    })
    const answer = await rotate(SecretId, { RotateImmediately: false })
    assert.equal(answer.VersionId, undefined)
    await until(isTold(SecretId, 'TestRotationSucceeded'))
    assert.equal(pending, 'first')
    const { VersionIdsToStages, RotationEnabled, NextRotationDate } = await look(SecretId)
    assert.deepEqual(VersionIdsToStages, { [first]: ['AWSCURRENT'] })
    assert.ok(RotationEnabled && NextRotationDate && NextRotationDate.getTime() > Date.now())
    assert.deepEqual(await told(SecretId), ['TestRotationStarted', 'TestRotationSucceeded'])
  })

  test('tells that the test failed, keeps the rotation, and removes the version all the same', async () => {
    const { arn, SecretId, first } = await opening()
    handlers.set(arn, () => Promise.reject(new RangeError()))
    await rotate(SecretId, { RotateImmediately: false })
    await until(isTold(SecretId, 'TestRotationFailed'))
    const { VersionIdsToStages, RotationEnabled } = await look(SecretId)
    assert.deepEqual([VersionIdsToStages, RotationEnabled], [{ [first]: ['AWSCURRENT'] }, true])
  })

  test('is no obstacle to a rotation that is asked for meanwhile', async () => {
    const { arn, SecretId, handler } = await opening()
    handlers.set(arn, () => new Promise(() => {}))
    await rotate(SecretId, { RotateImmediately: false })
    await until(isTold(SecretId, 'TestRotationStarted'))
    handlers.set(arn, handler)
    const { VersionId = '' } = await rotate(SecretId)
    const { VersionIdsToStages } = await look(SecretId)
    assert.deepEqual(VersionIdsToStages?.[VersionId], ['AWSPENDING'])
    assert.equal(Object.keys(VersionIdsToStages ?? {}).length, 2)
  })
})

describe('the clock', () => {
  let ahead = 0
  let house: TestHouse
  const clock = { now: () => Date.now() + ahead }
  const steps: string[] = []
  let isBroken = false
  before(async () => {
    const dated = functionsOf(async (event, source) => {
      steps.push(event.Step)
      if (isBroken) throw new RangeError()
      await singleUser(root, login)(event, source)
    })
    house = await raiseHouse({ world: { functions: dated, clock, rotation: { lookMs: 50 } } })
  })
  after(() => house[Symbol.asyncDispose]())
  const login = new OneLogin('first')
  const root = () =>
    new SecretsManagerClient({ ...house.client(), systemClockOffset: ahead } as object)
  const described = () => root().send(new DescribeSecretCommand({ SecretId: 'dated' }))
  const currentId = async () => {
    const { VersionIdsToStages = {} } = await described()
    return Object.keys(VersionIdsToStages).find((id) => {
      return VersionIdsToStages[id]?.includes('AWSCURRENT')
    })
  }

  test('rotates when the window has come, once however far it jumped', async () => {
    const SecretId = 'dated'
    const { VersionId } = await root().send(
      new CreateSecretCommand({ Name: SecretId, SecretString: 'first' }),
    )
    const wish = { SecretId, RotationLambdaARN, RotationRules, RotateImmediately: false }
    await root().send(new RotateSecretCommand(wish))
    await until(async () => steps.length === 1)
    ahead = 365 * dayMs
    await until(async () => (await currentId()) !== VersionId)
    await until(async () => steps.length === 5)
    const { NextRotationDate, LastRotatedDate } = await described()
    const gap = (NextRotationDate?.getTime() ?? 0) - (LastRotatedDate?.getTime() ?? 0)
    assert.ok(gap > 9 * dayMs && gap < 11 * dayMs)
    assert.ok(await login.opens('first').then((opens) => !opens))
  })

  test('tries again inside the window with the same token, later and later, then with the next', async () => {
    isBroken = true
    steps.length = 0
    // Early on that day: the window ends with it, and the tries take hours.
    const due = Date.now() + ahead + 10 * dayMs
    const start = ahead + 10 * dayMs - (due % dayMs) + 60_000
    ahead = start
    const pendingId = async () =>
      Object.entries((await described()).VersionIdsToStages ?? {}).find(([, stages]) => {
        return stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT')
      })?.[0]
    await until(async () => steps.length === 1)
    const token = await pendingId()
    assert.ok(token)
    const minutes = [0.5, 2, 8, 30]
    for (const [at, delay] of minutes.entries()) {
      const soon = delay * 60_000 + 1000
      ahead += soon
      // On a busy machine the last try was perhaps settled by a clock that had been moved on already.
      let nudgeAt = performance.now() + 5000
      await until(() => {
        if (performance.now() > nudgeAt) {
          nudgeAt += 5000
          ahead += soon
        }
        return steps.length === at + 2
      })
    }
    ahead += 2 * 60 * 60_000
    await described()
    assert.equal(steps.length, 5)
    assert.equal(await pendingId(), token)
    isBroken = false
    ahead = start + 11 * dayMs
    await until(async () => (await currentId()) === token)
  })
})

test('a pending version made by hand stands in the way of the schedule, and is not touched', async () => {
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  const quick = functionsOf(async () => {})
  await using house = await raiseHouse({
    world: { functions: quick, clock, rotation: { lookMs: 50 } },
  })
  const root = () =>
    new SecretsManagerClient({ ...house.client(), systemClockOffset: ahead } as object)
  const SecretId = 'blocked'
  await root().send(new CreateSecretCommand({ Name: SecretId, SecretString: 'first' }))
  const wish = { SecretId, RotationLambdaARN, RotationRules, RotateImmediately: false }
  await root().send(new RotateSecretCommand(wish))
  const stages = async () =>
    (await root().send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {}
  await until(async () => Object.keys(await stages()).length === 1)
  const put = { SecretId, SecretString: 'by hand', VersionStages: ['AWSPENDING'] }
  const { VersionId = '' } = await root().send(new PutSecretValueCommand(put))
  ahead = 10 * dayMs
  const records = new StrongroomRecords(house)
  const failure = async () => {
    ahead = 0
    const found = (await records.newest(100)).find((each) => each.eventName === 'RotationFailed')
    ahead = 10 * dayMs
    return found as unknown as { errorMessage: string } | undefined
  }
  await until(async () => (await failure()) !== undefined)
  assert.match((await failure())?.errorMessage ?? '', new RegExp(`version ${VersionId} has`))
  assert.deepEqual((await stages())[VersionId], ['AWSPENDING'])
  const move = { SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: VersionId }
  await root().send(new UpdateSecretVersionStageCommand(move))
})
