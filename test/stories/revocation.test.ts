/** An attempt in flight whose deciding policy is changed before its commit is decided anew. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { Operation } from '../../src/services/operation.ts'
import { raiseHouse, type TestHouse } from '../house.ts'

/** Holds the first run of an operation, past its decision, until it is let go. */
function hold(house: TestHouse, name: string) {
  const operations = house.services.get('secretsmanager')?.operations as Map<string, Operation>
  const operation = operations.get(name) as Operation
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let runs = 0
  operations.set(name, {
    ...operation,
    async run(rooms, input, subject) {
      const output = await operation.run(rooms, input, subject)
      if (++runs === 1) {
        reached.resolve()
        await released.promise
      }
      return output
    },
  })
  return { reached: reached.promise, release: released.resolve, runs: () => runs }
}

async function scene(house: TestHouse) {
  const iam = new IAMClient(house.client())
  const secrets = new SecretsManagerClient(house.client())
  await secrets.send(new CreateSecretCommand({ Name: 'race', SecretString: 'before' }))
  await iam.send(new CreateUserCommand({ UserName: 'racer' }))
  const policy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' },
  }
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'racer',
      PolicyName: 'all',
      PolicyDocument: JSON.stringify(policy),
    }),
  )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'racer' }))
  const keys = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
  return { iam, secrets, keys, racer: new SecretsManagerClient(house.client(keys)) }
}

test('a read that was allowed is refused when its policy goes before it commits', async () => {
  await using house = await raiseHouse()
  const { iam, racer } = await scene(house)
  const held = hold(house, 'GetSecretValue')
  const reading = racer.send(new GetSecretValueCommand({ SecretId: 'race' }))
  await held.reached
  await iam.send(new DeleteUserPolicyCommand({ UserName: 'racer', PolicyName: 'all' }))
  held.release()
  await assert.rejects(reading, {
    name: 'AccessDeniedException',
    message: /because no identity-based policy allows/,
  })
  assert.equal(held.runs(), 1, 'it was decided anew and did not run again')
})

test('a write whose key is deleted before it commits is refused and leaves nothing', async () => {
  await using house = await raiseHouse()
  const { iam, secrets, racer, keys } = await scene(house)
  const held = hold(house, 'PutSecretValue')
  const writing = racer.send(new PutSecretValueCommand({ SecretId: 'race', SecretString: 'after' }))
  await held.reached
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'racer', AccessKeyId: keys.accessKeyId }))
  held.release()
  await assert.rejects(writing, { name: 'UnrecognizedClientException' })
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'race' }))
  assert.equal(SecretString, 'before')
})

test('a read that races a write answers the value that stands when it commits', async () => {
  await using house = await raiseHouse()
  const { secrets, racer } = await scene(house)
  const held = hold(house, 'GetSecretValue')
  const reading = racer.send(new GetSecretValueCommand({ SecretId: 'race' }))
  await held.reached
  await secrets.send(new PutSecretValueCommand({ SecretId: 'race', SecretString: 'after' }))
  held.release()
  assert.equal((await reading).SecretString, 'after')
  assert.equal(held.runs(), 2)
})
