/** Nodes behind a pooler in transaction mode: no statement relies on the connection of the one before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { raisePgbouncer, withoutPgbouncer } from '../pgbouncer.ts'
import { raisePostgres, withoutPostgres } from '../postgres.ts'
import { raiseCluster } from './cluster.ts'

test('two nodes share four connections', {
  skip: withoutPostgres || withoutPgbouncer,
}, async () => {
  await using server = await raisePostgres({ logs: false })
  await server.run('CREATE DATABASE pooled')
  await using pooler = await raisePgbouncer(server)
  await using cluster = await raiseCluster(2, pooler.url('pooled'))
  const client = (index: number) =>
    new SecretsManagerClient(cluster.nodes[index % 2]?.client() ?? {})
  await client(0).send(new CreateSecretCommand({ Name: 'pooled', SecretString: '0' }))
  const put = (index: number) =>
    client(index).send(
      new PutSecretValueCommand({ SecretId: 'pooled', SecretString: `value ${index}` }),
    )
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 6 }, (_, index) => put(index)))
    const read = await Promise.all(
      [0, 1].map((index) => client(index).send(new GetSecretValueCommand({ SecretId: 'pooled' }))),
    )
    assert.equal(read[0]?.SecretString, read[1]?.SecretString)
  }
  for (const { complaints } of cluster.nodes) assert.deepEqual(complaints, [])
})
