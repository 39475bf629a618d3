/** What happens to nodes, to their connections and to the database while clients go on. */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pair } from '../postgres-pair.ts'
import type { Chance } from './chance.ts'
import type { Fleet, Node } from './fleet.ts'

export interface Scene {
  readonly pair: Pair
  readonly fleet: Fleet
  readonly chance: Chance
  readonly log: FaultLog
  /** What goes on beside the next faults, to be waited for at the end. */
  readonly pending: Promise<void>[]
}

/** When each fault began; and of each failover, when the standby had taken over. */
export interface FaultLog {
  readonly faults: string[]
  readonly failovers: { readonly killedAt: number; readonly promotedAt: number }[]
}

/** Ends when what it broke works again, save starts of nodes, and failovers: they leave one server. */
type Fault = (scene: Scene, node: Node) => Promise<void>

const pauseOf =
  (milliseconds: (chance: Chance) => number): Fault =>
  async ({ chance }, node) => {
    node.hold(true)
    await sleep(milliseconds(chance))
    node.hold(false)
  }

const cutAtCommit =
  (when: 'sent' | 'unsent'): Fault =>
  async (_, { cable }) => {
    // Several in a row: what is looked up after one may meet the next.
    for (let n = 0; n < 5; n++) {
      cable.cutAtCommit(when)
      await sleep(100)
    }
  }

export const faults = {
  /** kill -9, and a new start on the same folder. */
  async kill({ chance, pending }, node) {
    await node.kill()
    await sleep(chance.under(500))
    pending.push(node.raise())
  },
  /** Shorter than any limit. */
  pause: pauseOf((chance) => 300 + chance.under(1500)),
  /** Longer than the server lets a transaction stand idle, and than clients wait. */
  sleep: pauseOf((chance) => 5500 + chance.under(2000)),
  async cut(_, { cable }) {
    for (let n = 0; n < 3; n++) {
      cable.cut()
      await sleep(200)
    }
  },
  cutSent: cutAtCommit('sent'),
  cutUnsent: cutAtCommit('unsent'),
  async halfOpen({ chance }, { cable }) {
    cable.stall()
    await sleep(1000 + chance.under(3000))
    cable.heal()
  },
  async failOver({ pair, log, chance }) {
    const killedAt = performance.now()
    pair.kill()
    await sleep(chance.under(1000))
    await pair.promote()
    log.failovers.push({ killedAt, promotedAt: performance.now() })
  },
  async mend({ pair }) {
    await pair.mend()
  },
} satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults

/** One fault at a node of the seed's choice. */
export async function happen(scene: Scene, name: FaultName): Promise<void> {
  const { fleet, chance, log } = scene
  const node = chance.pick(fleet.nodes)
  log.faults.push(`${name} ${fleet.nodes.indexOf(node)}`)
  await faults[name](scene, node)
}
