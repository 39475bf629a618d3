/**
 * Strongroom nodes on one PostgreSQL pair, each a process of its own with a folder and a cable of its own,
 * to be killed, paused, cut off and raised again.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Keys } from '../house.ts'
import type { Pair } from '../postgres-pair.ts'
import { type Served, serveWith } from '../process.ts'
import { type Cable, raiseCable } from './cable.ts'

export interface Node {
  readonly cable: Cable
  readonly dataPath: string
  /** Where it listens, or listened last. */
  readonly url: string
  readonly isUp: boolean
  kill(): Promise<void>
  /** Starts it, again and again while the database lets no start pass. */
  raise(): Promise<void>
  /** Stands still, or goes on. */
  hold(isHeld: boolean): void
}

export interface Fleet extends AsyncDisposable {
  readonly nodes: readonly Node[]
  readonly root: Keys
  /** What a node's folder is opened by. */
  readonly rootKey: string
  /** Everything that nodes told on standard error. */
  told(): string
  /** How nodes ended that nobody ended. */
  readonly deaths: readonly string[]
}

export interface FleetOptions {
  readonly nodes: number
  /** Modules to be loaded into each node before it. */
  readonly imports?: readonly string[]
}

export async function raiseFleet(pair: Pair, options: FleetOptions): Promise<Fleet> {
  await using opening = new AsyncDisposableStack()
  const root = { accessKeyId: 'AKIANODES00000000000', secretAccessKey: secret() }
  const rootKey = secret()
  const deaths: string[] = []
  const shared = { pair, root, rootKey, deaths, imports: options.imports ?? [] }
  const nodes: RealNode[] = []
  for (let n = 0; n < options.nodes; n++) {
    const cable = opening.use(await raiseCable([() => pair.port(0), () => pair.port(1)]))
    nodes.push(opening.use(new RealNode(cable, shared)))
  }
  await Promise.all(nodes.map((node) => node.raise()))
  const owned = opening.move()
  return {
    nodes,
    root,
    rootKey,
    deaths,
    told: () => nodes.map((node) => node.told()).join(''),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const secret = (): string => randomBytes(32).toString('hex')

interface Shared {
  readonly pair: Pair
  readonly root: Keys
  readonly rootKey: string
  readonly deaths: string[]
  readonly imports: readonly string[]
}

const startsMax = 40

class RealNode implements Node, AsyncDisposable {
  readonly cable: Cable
  readonly dataPath = mkdtempSync(join(tmpdir(), 'strongroom-node-'))
  readonly #shared: Shared
  readonly #lives: Served[] = []
  isUp = false
  #isOver = false
  #raising: Promise<void> = Promise.resolve()

  constructor(cable: Cable, shared: Shared) {
    this.cable = cable
    this.#shared = shared
  }

  get url(): string {
    return this.#lives.at(-1)?.url ?? 'http://127.0.0.1:9'
  }

  told(): string {
    return this.#lives.map(({ stderr }) => stderr()).join('')
  }

  raise(): Promise<void> {
    this.#raising = this.#raise()
    return this.#raising
  }

  async #raise(): Promise<void> {
    const { pair, root, rootKey, imports } = this.#shared
    const environment = {
      STRONGROOM_STORE: pair.url(...this.cable.hosts),
      STRONGROOM_ROOT_KEY: rootKey,
      STRONGROOM_ROOT_ACCESS_KEY_ID: root.accessKeyId,
      STRONGROOM_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey,
    }
    for (let left = startsMax; !this.#isOver; left--) {
      try {
        const served = await serveWith(this.dataPath, { environment, imports, root })
        this.#lives.push(served)
        if (this.#isOver) await served.end('SIGKILL')
        else this.#watch(served)
        return
      } catch (thrown) {
        if (left === 0) throw thrown
        await sleep(100)
      }
    }
  }

  #watch({ child, stderr }: Served): void {
    this.isUp = true
    child.once('exit', (code, signal) => {
      if (this.isUp) this.#shared.deaths.push(`code ${code}, signal ${signal}: ${stderr()}`)
      this.isUp = false
    })
  }

  async kill(): Promise<void> {
    // Two on one folder would be in each other's way.
    await this.#raising.catch(() => {})
    this.isUp = false
    await this.#lives.at(-1)?.end('SIGKILL')
  }

  hold(isHeld: boolean): void {
    this.#lives.at(-1)?.child.kill(isHeld ? 'SIGSTOP' : 'SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    await this.kill()
    rmSync(this.dataPath, { recursive: true, force: true })
  }
}
