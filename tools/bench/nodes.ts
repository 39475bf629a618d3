/**
 * How much one, two and three nodes answer on one PostgreSQL (fsync on), and how near the head's row is to
 * being the limit: requests and commits per second, answers per commit, and in what share of samples some
 * node held the head. argv: SECONDS
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { raisePostgres, type TestPostgres } from '../../test/postgres.ts'
import { type Served, serveWith } from '../../test/process.ts'
import type { Seen } from './load.ts'
import { callsFile } from './press.ts'
import { Stage } from './stage.ts'
import { bytesOf, call, type Order } from './wire.ts'

const seconds = Number(process.argv[2] ?? 5)
const connections = 48
const secretsCount = 64
/** Enough for every answer there may be: a request that is sent again writes nothing. */
const writesPerSecondMax = 1500
const folder = mkdtempSync(join(tmpdir(), 'strongroom-nodes-'))
const root = { accessKeyId: 'AKIANODES00000000000', secretAccessKey: 'k'.repeat(40) }

const nameOf = (n: number) => `bench/${n % secretsCount}`
const get = (n: number): Order => ({
  ...{ service: 'secretsmanager', operation: 'GetSecretValue', input: { SecretId: nameOf(n) } },
})
const put = (n: number): Order => {
  const input = { SecretId: nameOf(n), SecretString: `v${n}`, ClientRequestToken: randomUUID() }
  return { service: 'secretsmanager', operation: 'PutSecretValue', input }
}

/** One load generator on one node. */
async function press(node: Served, orders: readonly Order[], each: number): Promise<Seen> {
  await using stage = new Stage()
  const { hostname: host, port } = new URL(node.url)
  const calls = callsFile(
    stage,
    orders.map((order) => bytesOf(node.url, root, order)),
  )
  const to = { host, port: Number(port), isTls: false }
  return stage.load({ ...to, connections: each, milliseconds: seconds * 1000, calls })
}

/** A node has the head from the answer to its first statement until its COMMIT is done. */
const holding = `SELECT (SELECT seq FROM strongroom.head) AS head, count(*) AS holders
  FROM pg_stat_activity WHERE application_name = 'strongroom' AND (state = 'idle in transaction'
    OR state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock'
      AND (query LIKE 'WITH p0%' OR query = 'COMMIT' OR query LIKE 'SELECT seq, key%'))`

async function sampled(client: Client, over: () => boolean) {
  const held: boolean[] = []
  const heads: number[] = []
  while (!over()) {
    const { rows } = await client.query(holding)
    held.push(Number(rows[0]?.holders) > 0)
    heads.push(Number(rows[0]?.head))
    await sleep(5)
  }
  const share = held.filter(Boolean).length / held.length
  return { share, commits: (heads.at(-1) ?? 0) - (heads[0] ?? 0) }
}

async function measure(client: Client, nodes: readonly Served[], order: (n: number) => Order) {
  const count = order === put ? (writesPerSecondMax * seconds) / nodes.length : secretsCount
  let left = nodes.length
  const pressing = nodes.map(async (node) => {
    const orders = Array.from({ length: count }, (_, n) => order(n))
    const seen = await press(node, orders, connections / nodes.length)
    left--
    return seen
  })
  const { share, commits } = await sampled(client, () => left === 0)
  const all = await Promise.all(pressing)
  const answers = all.reduce((sum, seen) => sum + seen.answers, 0)
  const failures = all.reduce((sum, seen) => sum + seen.failures, 0)
  const took = Math.max(...all.map((seen) => seen.seconds))
  const p50 = Math.max(...all.map((seen) => seen.p50))
  return {
    rate: answers / took,
    commits: commits / took,
    batch: answers / commits,
    share,
    p50,
    failures,
  }
}

async function raiseNode(server: TestPostgres, n: number): Promise<Served> {
  const environment = {
    STRONGROOM_STORE: server.url,
    STRONGROOM_ROOT_KEY: 'ab'.repeat(32),
    STRONGROOM_ROOT_ACCESS_KEY_ID: root.accessKeyId,
    STRONGROOM_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey,
  }
  return serveWith(join(folder, String(n)), { environment, root })
}

await using server = await raisePostgres({ logs: false, settings: ['fsync=on'] })
const client = new Client(server.url)
await client.connect()
const nodes: Served[] = []
const first = new Map<string, number>()
try {
  for (let count = 1; count <= 3; count++) {
    nodes.push(await raiseNode(server, count))
    for (let n = 0; count === 1 && n < secretsCount; n++) {
      const input = { Name: nameOf(n), SecretString: 'v', ClientRequestToken: randomUUID() }
      await call(nodes[0]?.url ?? '', root, { ...get(n), operation: 'CreateSecret', input })
    }
    for (const order of [get, put]) {
      const { operation } = order(0)
      const { rate, commits, batch, share, p50, failures } = await measure(client, nodes, order)
      first.set(operation, first.get(operation) ?? rate)
      const ratio = (rate / (first.get(operation) ?? rate)).toFixed(2)
      console.log(
        `nodes: ${count} · ${operation} · ${rate.toFixed(0)}/s (${ratio} of one node) · p50 ${p50.toFixed(0)} ms · ${commits.toFixed(0)} commits/s · ${batch.toFixed(1)} answers a commit · head held ${(share * 100).toFixed(0)} % · ${failures} failed`,
      )
    }
  }
} finally {
  await Promise.all(nodes.map((node) => node.end()))
  await client.end()
  rmSync(folder, { recursive: true, force: true })
}
