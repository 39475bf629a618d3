/** A key that is switched on again opens at once on every node, also on one that has just refused it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { endServer } from '../engines/postgres.ts'
import { withoutPostgres as skip } from '../postgres.ts'
import { raiseCluster } from './cluster.ts'

after(endServer)

test('a key is on or off on every node at once', { skip }, async () => {
  await using cluster = await raiseCluster(2)
  const [one, other] = cluster.nodes
  assert.ok(one && other)
  const iam = new IAMClient(one.client())
  const UserName = 'switched'
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
  const theirs = new STSClient(other.client(keys))
  const ask = () => theirs.send(new GetCallerIdentityCommand())
  const turn = (Status: 'Active' | 'Inactive') =>
    iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }))
  await ask()
  for (let n = 0; n < 3; n++) {
    await turn('Inactive')
    await assert.rejects(ask(), { name: 'InvalidClientTokenId' })
    await assert.rejects(ask(), { name: 'InvalidClientTokenId' })
    await turn('Active')
    await ask()
  }
})
