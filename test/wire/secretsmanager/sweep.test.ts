/** The end of recovery windows, with a clock that can be set. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { raiseHouse } from '../../house.ts'
import { callJson } from '../../raw.ts'
import { untilEqual } from '../../until.ts'

const dayMs = 24 * 60 * 60 * 1000

test('a secret whose window ended is gone for good, and the record of it stands', async () => {
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  await using house = await raiseHouse({ world: { clock } })
  // A client anew for each call: it would set its clock by the Date header, which is Node's own.
  const root = () =>
    new SecretsManagerClient({ ...house.client(), systemClockOffset: ahead } as object)
  for (const Name of ['week', 'month', 'restored']) {
    await root().send(new CreateSecretCommand({ Name, SecretString: Name }))
    const RecoveryWindowInDays = Name === 'month' ? 30 : 7
    await root().send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays }))
  }
  await root().send(new RestoreSecretCommand({ SecretId: 'restored' }))

  ahead = 8 * dayMs
  await house.restart()
  const names = async () => {
    const { SecretList = [] } = await root().send(
      new ListSecretsCommand({ IncludePlannedDeletion: true }),
    )
    return SecretList.map(({ Name }) => Name)
  }
  await untilEqual(names, ['month', 'restored'])
  await assert.rejects(root().send(new DescribeSecretCommand({ SecretId: 'week' })), {
    name: 'ResourceNotFoundException',
  })
  assert.ok((await root().send(new DescribeSecretCommand({ SecretId: 'month' }))).DeletedDate)
  const { SecretString } = await root().send(new GetSecretValueCommand({ SecretId: 'restored' }))
  assert.equal(SecretString, 'restored')
  await root().send(new CreateSecretCommand({ Name: 'week' }))
  assert.deepEqual(house.complaints, [])
})

test('what becomes of a deletion is told as service events', async () => {
  await using house = await raiseHouse()
  const root = new SecretsManagerClient(house.client())
  const { ARN } = await root.send(new CreateSecretCommand({ Name: 'told' }))
  await root.send(new DeleteSecretCommand({ SecretId: 'told' }))
  await root.send(new RestoreSecretCommand({ SecretId: 'told' }))
  await root.send(new DeleteSecretCommand({ SecretId: 'told', ForceDeleteWithoutRecovery: true }))
  const call = { url: house.url, keys: house.root, service: 'strongroom' }
  const { body } = await callJson('Strongroom.TailAudit', { MaxResults: 100 }, call)
  const source = 'secretsmanager.amazonaws.com'
  const events = JSON.parse(body)
    .Records.map((each: { CloudTrailEvent: string }) => JSON.parse(each.CloudTrailEvent))
    .filter((each: { eventType: string; eventSource: string }) => {
      // The house's own, of its start, are recorded beside the first calls.
      return each.eventType === 'AwsServiceEvent' && each.eventSource === source
    })
  assert.deepEqual(
    events.map((each: { eventName: string }) => each.eventName),
    ['EndSecretVersionDelete', 'CancelSecretVersionDelete', 'StartSecretVersionDelete'],
  )
  assert.partialDeepStrictEqual(events[0], {
    userIdentity: { accountId: '000000000000', invokedBy: source },
    eventSource: source,
    additionalEventData: { SecretId: ARN },
    requestParameters: null,
    readOnly: false,
  })
})
