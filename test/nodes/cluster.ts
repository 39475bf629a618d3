/** Nodes that share a PostgreSQL database: houses of this process, each with a data folder of its own. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newDatabase } from '../engines/postgres.ts'
import { type HouseOptions, raiseHouse, type TestHouse } from '../house.ts'

export interface Cluster extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>
  readonly nodes: TestHouse[]
  /** One more node. */
  join(options?: HouseOptions): Promise<TestHouse>
}

/** @param store the database's address; a new one if left out */
export async function raiseCluster(count: number, store?: string): Promise<Cluster> {
  const environment = {
    STRONGROOM_STORE: store ?? (await newDatabase()),
    STRONGROOM_ROOT_KEY: randomBytes(32).toString('hex'),
    STRONGROOM_ROOT_ACCESS_KEY_ID: 'SRAAROOTOFTHESENODES',
    STRONGROOM_ROOT_SECRET_ACCESS_KEY: randomBytes(24).toString('hex'),
  }
  const nodes: TestHouse[] = []
  const paths: string[] = []
  const join_ = async (options: HouseOptions = {}) => {
    const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-node-'))
    paths.push(dataPath)
    const own = { ...environment, ...options.environment }
    const house = await raiseHouse({ ...options, dataPath, environment: own })
    nodes.push(house)
    return house
  }
  const end = async () => {
    for (const node of nodes) await node.stop()
    for (const path of paths) rmSync(path, { recursive: true, force: true })
  }
  try {
    for (let number = 0; number < count; number++) await join_()
  } catch (thrown) {
    await end()
    throw thrown
  }
  return { environment, nodes, join: join_, [Symbol.asyncDispose]: end }
}
