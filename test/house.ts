/** A real house on a free port, in a folder of its own, with root's clients. Ends with the test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'ini'
import type { Config } from '../src/config.ts'
import { readConfig, type ServeFlags } from '../src/config.ts'
import { type House, raise } from '../src/house.ts'
import { type ServerLimits, serverLimits } from '../src/server/limits.ts'
import type { World } from '../src/world.ts'
import { storeFor } from './stores.ts'

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What AWS SDK clients are made with. */
export interface ClientConfig {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Keys
  readonly maxAttempts: number
}

export interface TestHouse extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly dataPath: string
  readonly config: Config
  readonly root: Keys
  /** What was told to the operator. A test of ours ends with none that it did not expect. */
  readonly complaints: string[]
  /** The tables of what is served. */
  readonly services: House['services']
  /** Calls as an AWS service of the house's own. */
  readonly enterAs: House['enterAs']
  /** Settings for an AWS SDK client of these credentials; root's if none are given. */
  client(credentials?: Keys, region?: string): ClientConfig
  /** Takes the house down and raises it again on the same folder. */
  restart(): Promise<void>
  /** Takes the house down and keeps the folder. */
  stop(): Promise<void>
}

export interface HouseOptions {
  readonly flags?: ServeFlags
  /** The variables that it is started with. */
  readonly environment?: Readonly<Record<string, string>>
  readonly world?: Partial<World>
  /** Keep or reuse a data folder. */
  readonly dataPath?: string
}

export async function raiseHouse(options: HouseOptions = {}): Promise<TestHouse> {
  const dataPath = options.dataPath ?? mkdtempSync(join(tmpdir(), 'strongroom-house-'))
  const complaints: string[] = []
  const store = await storeFor(dataPath)
  const config = readConfig(
    {
      ...{ listen: '127.0.0.1:0', data: dataPath },
      ...undetected(options.flags),
      ...options.flags,
    },
    { ...store.environment, ...options.environment },
  )
  const world: World = {
    complain: (words) => void complaints.push(words),
    fatal: (reason) => void complaints.push(`fatal: ${reason}`),
    // Tests depend neither on how full this machine's disk is nor on how busy it is.
    roomAt: () => ({ freeBytes: 1e12, wholeBytes: 1e12 }),
    limits: patient,
    ...options.world,
  }
  let house = await raise(config, world)
  const root = config.root ?? readRoot(house.credentialsPath)
  let isUp = true
  const down = async () => {
    if (isUp) await house.down()
    isUp = false
  }
  return {
    get url() {
      return house.url
    },
    get port() {
      return house.port
    },
    get services() {
      return house.services
    },
    enterAs: (behalf, errand) => house.enterAs(behalf, errand),
    dataPath,
    config,
    root,
    complaints,
    client: (credentials = root, region = 'us-east-1') => ({
      endpoint: house.url,
      region,
      credentials,
      maxAttempts: 1,
    }),
    async restart() {
      await down()
      house = await raise(config, world)
      isUp = true
    },
    stop: down,
    async [Symbol.asyncDispose]() {
      await down()
      if (options.dataPath !== undefined) return
      rmSync(dataPath, { recursive: true, force: true })
      await store.remove()
    },
  }
}

/** A client in this process is late only because the process is. */
const patient: ServerLimits = {
  ...serverLimits,
  headersMilliseconds: 600_000,
  requestMilliseconds: 600_000,
  idleMilliseconds: 600_000,
}

/** Detections write to the audit of their own accord: only tests that ask for them have them. */
const undetected = (flags: ServeFlags = {}): ServeFlags =>
  flags.detect === undefined ? { noDetect: 'all' } : {}

function readRoot(path: string): Keys {
  const { strongroom = {} } = parse(readFileSync(path, 'utf8'))
  return {
    accessKeyId: strongroom.aws_access_key_id,
    secretAccessKey: strongroom.aws_secret_access_key,
  }
}
