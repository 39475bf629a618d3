/** A node ends within a bounded time, also while its database says nothing. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { endServer, newDatabase } from '../engines/postgres.ts'
import { withoutPostgres } from '../postgres.ts'
import { raiseCable } from './cable.ts'
import { raiseCluster } from './cluster.ts'

describe('a node whose database went silent', { skip: withoutPostgres }, () => {
  test('ends without it, and says so', async (t) => {
    t.after(endServer)
    const url = new URL(await newDatabase())
    const { port } = url
    await using cable = await raiseCable([() => Number(port)])
    url.host = cable.hosts[0] ?? ''
    await using cluster = await raiseCluster(1, url.href)
    const [node] = cluster.nodes
    assert.ok(node)
    const client = new SecretsManagerClient(node.client())
    await client.send(new CreateSecretCommand({ Name: 'one', SecretString: 'first' }))
    cable.stall()
    await node.stop()
    assert.ok(node.complaints.some((words) => /does not answer: this node ends/.test(words)))
  })
})
