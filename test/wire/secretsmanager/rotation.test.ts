/** What becomes of a rotation when values and labels change, and what is due. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  StopReplicationToReplicaCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { openFolder } from '../../../src/folder.ts'
import { SecretReader } from '../../../src/services/secretsmanager/store.ts'
import { Codec } from '../../../src/store/collection.ts'
import { openIn } from '../../../src/store/place.ts'
import { Store } from '../../../src/store/store.ts'
import { raiseHouse } from '../../house.ts'
import { callJson } from '../../raw.ts'
import { withoutFiles } from '../../stores.ts'
import { until, untilEqual } from '../../until.ts'
import { tested } from './functions.ts'
import { account, raiseScene, refused, type Scene } from './scene.ts'

const RotationLambdaARN = `arn:aws:lambda:us-east-1:${account}:function:rotate`
const RotationRules = { AutomaticallyAfterDays: 10 }
const world = { functions: tested() }

let scene: Scene
before(async () => {
  scene = await raiseScene({ world })
})
after(() => scene[Symbol.asyncDispose]())

/** A secret whose rotation is under way. */
async function turning() {
  const { name: SecretId, versionId } = await scene.secret()
  const { VersionId = '' } = await scene.root.send(
    new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules }),
  )
  return { SecretId, first: versionId, pending: VersionId }
}

const describe = (SecretId: string) => scene.root.send(new DescribeSecretCommand({ SecretId }))

test('done as functions do it: the value is put under the token, then AWSCURRENT is moved', async () => {
  const { SecretId, first, pending } = await turning()
  const VersionStages = ['AWSPENDING']
  const put = { SecretId, ClientRequestToken: pending, SecretString: 'new', VersionStages }
  await scene.root.send(new PutSecretValueCommand(put))
  assert.equal((await describe(SecretId)).LastRotatedDate, undefined)
  const read = new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPENDING' })
  assert.equal((await scene.root.send(read)).SecretString, 'new')

  const move = { MoveToVersionId: pending, RemoveFromVersionId: first }
  await scene.root.send(
    new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', ...move }),
  )
  const described = await describe(SecretId)
  assert.deepEqual(described.VersionIdsToStages, {
    [first]: ['AWSPREVIOUS'],
    [pending]: ['AWSCURRENT', 'AWSPENDING'],
  })
  assert.deepEqual(described.LastRotatedDate, described.LastChangedDate)
  const { SecretList = [] } = await scene.root.send(
    new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [SecretId] }] }),
  )
  const { RotationEnabled, LastRotatedDate, NextRotationDate } = described
  assert.ok(NextRotationDate && LastRotatedDate && NextRotationDate > LastRotatedDate)
  assert.partialDeepStrictEqual(SecretList, [
    { RotationEnabled, LastRotatedDate, NextRotationDate },
  ])
})

test('a version without a value does not become current', async () => {
  const { SecretId, first, pending } = await turning()
  const move = { MoveToVersionId: pending, RemoveFromVersionId: first }
  await refused(
    scene.root.send(
      new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', ...move }),
    ),
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${pending}`,
  )
  const { SecretString } = await scene.root.send(new GetSecretValueCommand({ SecretId }))
  assert.equal(SecretString, 'value')
})

test('another current value abandons a rotation, and the audit tells', async () => {
  const { SecretId, first } = await turning()
  const { VersionId = '', ARN } = await scene.root.send(
    new PutSecretValueCommand({ SecretId, SecretString: 'by hand' }),
  )
  const described = await describe(SecretId)
  assert.deepEqual(described.VersionIdsToStages, {
    [first]: ['AWSPREVIOUS'],
    [VersionId]: ['AWSCURRENT'],
  })
  assert.deepEqual([described.RotationEnabled, described.LastRotatedDate], [true, undefined])
  const call = { url: scene.house.url, keys: scene.house.root, service: 'strongroom' }
  const { body } = await callJson('Strongroom.TailAudit', { MaxResults: 20 }, call)
  const told: { CloudTrailEvent: string }[] = JSON.parse(body).Records
  const events = told.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent))
  const abandoned = events.filter(({ eventName }) => eventName === 'RotationAbandoned')
  assert.partialDeepStrictEqual(abandoned, [
    { eventType: 'AwsServiceEvent', additionalEventData: { SecretId: ARN } },
  ])
  assert.equal(abandoned.length, 1)
  await scene.root.send(new RotateSecretCommand({ SecretId }))
})

test('a pending label that is taken off abandons a rotation, too', async () => {
  const { SecretId, pending, first } = await turning()
  const move = { VersionStage: 'AWSPENDING', RemoveFromVersionId: pending }
  await scene.root.send(new UpdateSecretVersionStageCommand({ SecretId, ...move }))
  assert.deepEqual((await describe(SecretId)).VersionIdsToStages, { [first]: ['AWSCURRENT'] })
  await scene.root.send(new RotateSecretCommand({ SecretId }))
})

test('the page of metrics counts each outcome once, however often a commit was tried', async () => {
  await using house = await raiseHouse({ world })
  const root = new SecretsManagerClient(house.client())
  const names = ['counted-1', 'counted-2', 'counted-3']
  const each = (send: (SecretId: string) => Promise<unknown>) => Promise.all(names.map(send))
  await each((Name) => root.send(new CreateSecretCommand({ Name, SecretString: 'value' })))
  await each((SecretId) =>
    root.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules })),
  )
  const counted = async () => {
    const page = await (await fetch(`${house.url}/-/metrics`)).text()
    const lines = page.matchAll(/^strongroom_rotations_total\{outcome="(\w+)"\} (\d+)$/gm)
    return Object.fromEntries(Array.from(lines, ([, outcome, count]) => [outcome, Number(count)]))
  }
  await untilEqual(counted, { started: 3 })
  const [SecretId] = names
  await root.send(new PutSecretValueCommand({ SecretId, SecretString: 'by hand' }))
  assert.deepEqual(await counted(), { started: 3, abandoned: 1 })
})

test('a new value puts the next date off; another function, or the same rules unsaid, does not', async () => {
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  await using house = await raiseHouse({ world: { ...world, clock } })
  // A client anew for each call: it would set its clock by the Date header, which is Node's own.
  const root = () =>
    new SecretsManagerClient({ ...house.client(), systemClockOffset: ahead } as object)
  const SecretId = 'dated'
  const next = async () => {
    const { NextRotationDate } = await root().send(new DescribeSecretCommand({ SecretId }))
    return NextRotationDate?.getTime() ?? 0
  }
  await root().send(new CreateSecretCommand({ Name: SecretId, SecretString: 'value' }))
  const wish = { SecretId, RotationLambdaARN, RotateImmediately: false }
  await root().send(new RotateSecretCommand({ ...wish, RotationRules }))
  const first = await next()

  const twoDays = 2 * 24 * 60 * 60 * 1000
  ahead = twoDays
  await root().send(
    new RotateSecretCommand({ ...wish, RotationLambdaARN: `${RotationLambdaARN}2` }),
  )
  assert.equal(await next(), first)
  const custom = { SecretId, SecretString: 'aside', VersionStages: ['aside'] }
  await root().send(new PutSecretValueCommand(custom))
  assert.equal(await next(), first)
  await root().send(new PutSecretValueCommand({ SecretId, SecretString: 'by hand' }))
  assert.ok((await next()) >= first + twoDays)
  await root().send(new CancelRotateSecretCommand({ SecretId }))
  assert.equal(await next(), 0)
})

test('what is due: what was asked for at once, the rest with its window, no replica, nothing deleted', {
  skip: withoutFiles,
}, async () => {
  await using house = await raiseHouse({ world })
  const root = new SecretsManagerClient(house.client())
  const begun = Date.now()
  const rotate = (SecretId: string, RotateImmediately: boolean) =>
    root.send(
      new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules, RotateImmediately }),
    )
  const names = ['now', 'later', 'deleted', 'restored', 'cancelled', 'copied', 'promoted', 'done']
  for (const Name of names) await root.send(new CreateSecretCommand({ Name, SecretString: Name }))
  for (const name of names)
    await rotate(name, name === 'now' || name === 'copied' || name === 'done')
  for (const SecretId of ['deleted', 'restored'])
    await root.send(new DeleteSecretCommand({ SecretId }))
  await root.send(new RestoreSecretCommand({ SecretId: 'restored' }))
  await root.send(new CancelRotateSecretCommand({ SecretId: 'cancelled' }))
  await root.send(new PutSecretValueCommand({ SecretId: 'done', SecretString: 'by hand' }))
  const AddReplicaRegions = [{ Region: 'eu-west-1' }]
  for (const SecretId of ['copied', 'promoted']) {
    await root.send(new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions }))
  }
  const abroad = new SecretsManagerClient(house.client(house.root, 'eu-west-1'))
  await abroad.send(new StopReplicationToReplicaCommand({ SecretId: 'promoted' }))
  const promoted = await abroad.send(new DescribeSecretCommand({ SecretId: 'promoted' }))
  assert.deepEqual([promoted.RotationEnabled, promoted.RotationRules], [false, RotationRules])
  const isTested = async (SecretId: string) => {
    const { VersionIdsToStages } = await root.send(new DescribeSecretCommand({ SecretId }))
    return !Object.values(VersionIdsToStages ?? {})
      .flat()
      .includes('AWSPENDING')
  }
  for (const name of ['later', 'restored', 'promoted']) await until(() => isTested(name))
  await house.stop()

  const dueBy = (at: number) => dueIn(house.dataPath, at)
  const dayMs = 24 * 60 * 60 * 1000
  const windowAt = (Math.floor(begun / dayMs) + 10) * dayMs
  assert.deepEqual(await dueBy(begun - 1), [])
  assert.deepEqual(await dueBy(Date.now()), ['us-east-1 now', 'us-east-1 copied'])
  assert.deepEqual(await dueBy(windowAt - 1), ['us-east-1 now', 'us-east-1 copied'])
  const later = ['done', 'later', 'promoted', 'restored'].map((name) => `us-east-1 ${name}`)
  assert.deepEqual(await dueBy(windowAt + dayMs), ['us-east-1 now', 'us-east-1 copied', ...later])
})

/** What stands in a house's folder as due by then. */
async function dueIn(dataPath: string, at: number): Promise<string[]> {
  const folder = await openFolder(dataPath)
  const { keyring, journalKeys: keys, place, anchorPath } = folder
  const engine = await openIn(place, { anchorPath, keys, fatal: assert.fail })
  const store = new Store(engine, new Codec(keyring.storeId, keyring.sealer('records')))
  try {
    const due = await store.see((look) => new SecretReader(look).dueRotations(at, 100))
    return due.map(({ shelf, name }) => `${shelf.region} ${name}`)
  } finally {
    await store.close()
    folder.release()
  }
}
