/**
 * What a node does because others share its store: it says that it is there, and hears what they
 * changed even while nobody asks it anything. No answer rests on that, since each is held against the
 * store's head when it commits; it spares second tries, and wakes whoever follows the journal.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Clock } from './lib/clock.ts'
import { Refusal } from './lib/fault.ts'
import { versionOf } from './lib/place.ts'
import type { Nodes } from './services/strongroom/node.ts'
import type { Attempt, Look } from './store/attempt.ts'
import { StoreAway } from './store/engine.ts'
import {
  announceNode,
  isAlive,
  listNodes,
  type NodeRecord,
  presence,
  removeNode,
} from './store/nodes.ts'
import { knownVersion, type Place, raiseVersionIn } from './store/place.ts'
import type { Store } from './store/store.ts'

const listenMilliseconds = 200
/** A node that is silent for so long has lost what it held. */
export const leaseMilliseconds = 30_000

export interface Sharing {
  /** This node, as others know it. */
  readonly own: { readonly id: string; readonly host: string }
  readonly nodes: Nodes
  /** Throws Refusal where another node is there: what it holds in memory would be left behind. */
  mustBeAlone(attempt: Attempt): Promise<void>
  /** Begins to listen, where there can be others. */
  start(): Promise<void>
  close(): Promise<void>
}

interface Needs {
  readonly place: Place
  readonly store: Store
  readonly clock: Clock
  complain(thrown: unknown): void
}

export function openSharing({ place, store, clock, complain }: Needs): Sharing {
  const own = {
    ...{ id: randomUUID(), host: hostname(), version: versionOf() },
    ...{ knows: knownVersion, startedAt: clock.now() },
  }
  const seen = (): NodeRecord => ({ ...own, seenAt: clock.now() })
  const isShared = place.kind === 'postgres'
  const others = async (look: Look) => (await listNodes(look)).filter(({ id }) => id !== own.id)
  const loops: Loop[] = []
  let isSettled = false
  /** Once no node is left that knows less, none may come back. */
  const settle = async () => {
    if (isSettled) return
    const all = await store.see(listNodes)
    const isOld = (node: NodeRecord) =>
      isAlive(node, clock.now()) && (node.knows ?? 1) < knownVersion
    if (all.some(isOld)) return
    await raiseVersionIn(place)
    isSettled = true
  }
  return {
    own,
    nodes: {
      async list(attempt) {
        const now = clock.now()
        const all = [seen(), ...(await others(attempt))]
        return all.map((node) => ({
          ...node,
          isAlive: isAlive(node, now),
          isThis: node.id === own.id,
        }))
      },
    },
    async mustBeAlone(attempt) {
      const there = (await others(attempt)).filter((node) => isAlive(node, clock.now()))
      if (there.length === 0) return
      throw new Refusal(
        `Other nodes share this store (${there.map(({ host }) => host).join(', ')}): stop them, change the keys with one node, and start them with the new seal.`,
      )
    },
    async start() {
      if (!isShared) return
      const announce = () => store.attempt((attempt) => announceNode(attempt, seen()))
      await announce()
      const beat = () => announce().then(settle)
      loops.push(new Loop(beat, presence.beatMs, complain))
      loops.push(new Loop(() => store.refresh(), listenMilliseconds, complain))
    },
    async close() {
      for (const loop of loops) await loop.close()
      if (!isShared) return
      await store.attempt(async (attempt) => removeNode(attempt, own.id)).catch(() => {})
    },
  }
}

/** One turn after the other, until it is closed. */
class Loop {
  readonly #timer: NodeJS.Timeout
  #turn: Promise<void> | undefined

  constructor(turn: () => Promise<void>, everyMs: number, complain: (thrown: unknown) => void) {
    this.#timer = setInterval(() => {
      this.#turn ??= turn()
        .catch((thrown) => {
          // Whoever wants something of a database that is away says so.
          if (!(thrown instanceof StoreAway)) complain(thrown)
        })
        .finally(() => {
          this.#turn = undefined
        })
    }, everyMs)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn
  }
}
