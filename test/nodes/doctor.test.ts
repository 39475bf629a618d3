/** The doctor of a store that nodes share: asked of a node, and from the folder of one that is not served. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { checkDatabase } from '../../src/doctor/database.ts'
import { checkNodes, checkWork } from '../../src/doctor/nodes.ts'
import { lookAtServer, type ServerFacts } from '../../src/store/postgres/server.ts'
import { typed } from '../cli/command.ts'
import { endServer } from '../engines/postgres.ts'
import { withoutPostgres } from '../postgres.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'
import { type Cluster, raiseCluster } from './cluster.ts'

interface Check {
  readonly Name: string
  readonly State: string
  readonly Words: string
}

describe('the doctor of many nodes', { skip: withoutPostgres }, () => {
  let cluster: Cluster
  before(async () => {
    cluster = await raiseCluster(2)
  })
  after(async () => {
    await cluster?.[Symbol.asyncDispose]()
    await endServer()
  })

  const diagnose = async (): Promise<Record<string, Check>> => {
    const [node] = cluster.nodes
    assert.ok(node)
    const call = { url: node.url, keys: node.root, service: 'strongroom' }
    const { body } = await callJson('Strongroom.Diagnose', {}, call)
    const checks: Check[] = JSON.parse(body).Checks
    return Object.fromEntries(checks.map((check) => [check.Name, check]))
  }

  test('a node tells of the database, of its fellows, and of who does what', async () => {
    const duties = await until(async () => {
      const { duties } = await diagnose()
      return duties?.Words.includes('log-group on') && duties
    })
    assert.equal(duties.State, 'ok')
    const found = await diagnose()
    const expected = {
      database: 'ok',
      // The server of these tests flushes nothing, and says so.
      durability: 'failure',
      standbys: 'warning',
      connections: 'ok',
      'database tls': 'ok',
      'database clock': 'ok',
      nodes: 'ok',
      seal: 'ok',
      backups: 'warning',
    }
    for (const [name, state] of Object.entries(expected)) {
      assert.equal(found[name]?.State, state, `${name}: ${found[name]?.Words}`)
    }
    assert.match(found.nodes?.Words ?? '', /^2 are there, of version \d/)
    assert.match(found.standbys?.Words ?? '', /a failover loses what was acknowledged last/)
  })

  test('from the folder of a node that has ended', async () => {
    const node = await cluster.join()
    const { dataPath } = node
    await node.stop()
    cluster.nodes.pop()
    const env = cluster.environment
    const told = await typed(['doctor', '--data', dataPath, '--json'], env)
    const checks: { name: string; state: string }[] = JSON.parse(told.stdout).checks
    const stateOf = (name: string) => checks.find((check) => check.name === name)?.state
    for (const name of ['database', 'connections', 'seal', 'anchor']) {
      assert.equal(stateOf(name), 'ok', told.stdout)
    }

    const away = { ...env, STRONGROOM_STORE: 'postgres://nobody@127.0.0.1:1/nothing' }
    const failed = await typed(['doctor', '--data', dataPath], away)
    assert.equal(failed.code, 1)
    assert.match(failed.stdout, /^FAIL {2}database .+nothing that takes writes answers/m)
  })

  test('each setting that loses something is named', async () => {
    const url = cluster.environment.STRONGROOM_STORE ?? ''
    const safe = { fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on' }
    const facts = { ...(await lookAtServer(url)), ...safe }
    const stateOf = (name: string, change: Partial<ServerFacts>, nodes = 2) =>
      checkDatabase({ ...facts, ...change }, nodes).find((check) => check.name === name)?.state
    const behind = { synchronousCommit: 'local', standbyNames: 's', standbys: 1 }
    assert.equal(stateOf('durability', { fsync: 'off' }), 'failure')
    assert.equal(stateOf('durability', { synchronousCommit: 'off' }), 'failure')
    assert.equal(stateOf('durability', behind), 'failure')
    assert.equal(stateOf('durability', { ...behind, synchronousCommit: 'remote_write' }), 'warning')
    assert.equal(stateOf('durability', { ...behind, synchronousCommit: 'on' }), 'ok')
    assert.equal(stateOf('standbys', { ...behind, standbys: 0 }), 'failure')
    assert.equal(stateOf('standbys', behind), 'ok')
    assert.equal(
      stateOf('connections', { connectionsMax: 20, connectionsReserved: 3 }, 3),
      'failure',
    )
    assert.equal(stateOf('database tls', { isEncrypted: false, isLocal: false }), 'failure')
    assert.equal(stateOf('database clock', { at: facts.askedAt + 600_000 }), 'failure')
    assert.equal(stateOf('database', { versionNumber: 120_000 }), 'warning')
  })

  test('nodes of two versions, silent ones, and work that nobody does', () => {
    const node = { id: 'a', host: 'one', version: '1', isAlive: true }
    assert.equal(checkNodes([node, { ...node, id: 'b' }]).state, 'ok')
    assert.match(checkNodes([node, { ...node, id: 'b', version: '2' }]).words, /1 and 2: end those/)
    assert.equal(checkNodes([node, { ...node, id: 'b', isAlive: false }]).state, 'warning')
    const work = { work: 'webhook', holder: 'a', host: 'one' }
    assert.equal(checkWork([work], [node]).words, 'webhook on one')
    assert.match(checkWork([work], []).words, /nobody does webhook/)
  })
})
