/**
 * Versions that are dropped: unlabelled ones past a hundred, once they are a day old.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseHouse } from '../../house.ts'

const hourMs = 60 * 60 * 1000

test('a hundred are kept, and everything of the last day, and everything with a label', async () => {
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  await using house = await raiseHouse({ world: { clock } })
  // A client anew for each call: it would set its clock by the Date header, which is Node's own.
  const root = () =>
    new SecretsManagerClient({ ...house.client(), systemClockOffset: ahead } as object)
  const SecretId = 'many'
  const AddReplicaRegions = [{ Region: 'eu-west-1' }]
  const first = await root().send(
    new CreateSecretCommand({ Name: SecretId, SecretString: '0', AddReplicaRegions }),
  )
  const put = (SecretString: string) =>
    root().send(new PutSecretValueCommand({ SecretId, SecretString }))
  const versions = async (client = root): Promise<(string | undefined)[]> => {
    const ids: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const input = { SecretId, IncludeDeprecated: true, NextToken }
      const page = await client().send(new ListSecretVersionIdsCommand(input))
      ids.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId))
      NextToken = page.NextToken
    } while (NextToken)
    return ids
  }
  const second = await put('1')
  await root().send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'kept',
      MoveToVersionId: first.VersionId,
    }),
  )
  for (let at = 2; at < 105; at++) await put(`${at}`)
  assert.equal((await versions()).length, 105, 'the young ones stay, however many')

  ahead = 25 * hourMs
  const last = await put('last')
  const left = await versions()
  assert.equal(left.length, 100)
  assert.equal(left[0], first.VersionId, 'a label keeps its version')
  assert.equal(left.includes(second.VersionId), false)
  assert.equal(left.at(-1), last.VersionId)
  const labelled = await root().send(new GetSecretValueCommand({ SecretId, VersionStage: 'kept' }))
  assert.equal(labelled.SecretString, '0')
  const copy = () =>
    new SecretsManagerClient({
      ...house.client(house.root, 'eu-west-1'),
      systemClockOffset: ahead,
    } as object)
  assert.deepEqual(await versions(copy), left)
  const { VersionIdsToStages = {} } = await copy().send(new DescribeSecretCommand({ SecretId }))
  assert.equal(Object.keys(VersionIdsToStages).length, 3)
  assert.deepEqual(house.complaints, [])
})
