/** Nodes on one store: what one acknowledged, every other one knows at the next request. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { endServer } from '../engines/postgres.ts'
import type { Keys } from '../house.ts'
import { withoutPostgres } from '../postgres.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'
import { type Cluster, raiseCluster } from './cluster.ts'

describe('nodes', { skip: withoutPostgres }, () => {
  let cluster: Cluster
  before(async () => {
    cluster = await raiseCluster(3)
  })
  after(async () => {
    await cluster?.[Symbol.asyncDispose]()
    await endServer()
    for (const { complaints } of cluster.nodes) assert.deepEqual(complaints, [])
  })

  const client = (index: number, keys?: Keys) => {
    const node = cluster.nodes[index % cluster.nodes.length]
    return new SecretsManagerClient(node?.client(keys) ?? {})
  }
  const valueAt = async (index: number, SecretId: string, keys?: Keys) => {
    const answer = await client(index, keys).send(new GetSecretValueCommand({ SecretId }))
    return answer.SecretString
  }

  test('a write that one acknowledged is what every other one reads next', async () => {
    await client(0).send(new CreateSecretCommand({ Name: 'shared', SecretString: '0' }))
    for (let round = 1; round <= 10; round++) {
      const SecretString = String(round)
      await client(round).send(new PutSecretValueCommand({ SecretId: 'shared', SecretString }))
      const read = await Promise.all([0, 1, 2].map((index) => valueAt(index, 'shared')))
      assert.deepEqual(read, [SecretString, SecretString, SecretString])
    }
  })

  test('a name belongs to whoever was first, on whichever node', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) =>
        client(index).send(new CreateSecretCommand({ Name: 'once', SecretString: `${index}` })),
      ),
    )
    const arns = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value.ARN] : []))
    assert.equal(arns.length, 1)
    for (const each of made) {
      if (each.status === 'rejected') assert.equal(each.reason.name, 'ResourceExistsException')
    }
  })

  test('of writes at once on three nodes none is lost', async () => {
    await client(0).send(new CreateSecretCommand({ Name: 'busy', SecretString: 'first' }))
    const put = (index: number) =>
      client(index).send(
        new PutSecretValueCommand({ SecretId: 'busy', SecretString: `value ${index}` }),
      )
    const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => put(index)))
    const { Versions = [] } = await client(1).send(
      new ListSecretVersionIdsCommand({ SecretId: 'busy', IncludeDeprecated: true }),
    )
    const known = new Set(Versions.map(({ VersionId }) => VersionId))
    for (const { VersionId } of answers) assert.ok(known.has(VersionId))
    const current = Versions.filter(({ VersionStages }) => VersionStages?.includes('AWSCURRENT'))
    assert.equal(current.length, 1)
  })

  test('a permission that was taken away on one is gone on the others', async () => {
    const iam = (index: number) => new IAMClient(cluster.nodes[index]?.client() ?? {})
    await iam(0).send(new CreateUserCommand({ UserName: 'reader' }))
    const { AccessKey } = await iam(1).send(new CreateAccessKeyCommand({ UserName: 'reader' }))
    const keys = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
    const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const { Policy } = await iam(2).send(
      new CreatePolicyCommand({ PolicyName: 'all', PolicyDocument }),
    )
    const attached = { UserName: 'reader', PolicyArn: Policy?.Arn ?? '' }
    for (let round = 0; round < 5; round++) {
      await iam(round % 3).send(new AttachUserPolicyCommand(attached))
      for (const index of [0, 1, 2]) assert.equal(await valueAt(index, 'shared', keys), '10')
      await iam((round + 1) % 3).send(new DetachUserPolicyCommand(attached))
      for (const index of [0, 1, 2]) {
        await assert.rejects(valueAt(index, 'shared', keys), { name: 'AccessDeniedException' })
      }
    }
    await iam(0).send(new AttachUserPolicyCommand(attached))
    assert.equal(await valueAt(2, 'shared', keys), '10')
    const off = { UserName: 'reader', AccessKeyId: keys.accessKeyId, Status: 'Inactive' } as const
    await iam(1).send(new UpdateAccessKeyCommand(off))
    await assert.rejects(valueAt(2, 'shared', keys), { name: 'UnrecognizedClientException' })
  })

  test('a node that joins sees all of it; one that leaves takes nothing along', async () => {
    const late = await cluster.join()
    assert.equal(await valueAt(3, 'shared'), '10')
    await client(3).send(new DeleteSecretCommand({ SecretId: 'once' }))
    await late.stop()
    cluster.nodes.pop()
    await assert.rejects(valueAt(0, 'once'), { name: 'InvalidRequestException' })
  })

  test('nodes know of each other, and keys are changed by one that is alone', async () => {
    const [node] = cluster.nodes
    assert.ok(node)
    const call = { url: node.url, keys: node.root, service: 'strongroom' }
    const { Nodes } = JSON.parse((await callJson('Strongroom.ListNodes', {}, call)).body)
    assert.equal(Nodes.length, 3, 'the one that left has said so')
    assert.ok(Nodes.every((each: { IsAlive: boolean }) => each.IsAlive))
    const { status, body } = await callJson('Strongroom.RotateStoreKey', {}, call)
    assert.equal(status, 400)
    assert.match(body, /Other nodes share this store/)
  })

  test('what one records, another one tells in a moment', async () => {
    const [, , other] = cluster.nodes
    assert.ok(other)
    await client(0).send(new DescribeSecretCommand({ SecretId: 'busy' }))
    const call = { url: other.url, keys: other.root, service: 'strongroom' }
    await until(async () => {
      const { body } = await callJson('Strongroom.TailAudit', { MaxResults: 50 }, call)
      const events: { CloudTrailEvent: string }[] = JSON.parse(body).Records
      return events.some(({ CloudTrailEvent }) => /DescribeSecret/.test(CloudTrailEvent))
    })
  })
})
