/**
 * The nodes that share a store: each writes now and then that it is there. By their clocks, which need
 * not agree to the second: who was not heard of for a minute is gone.
 */
import type { Attempt, Look } from './attempt.ts'
import { collection } from './collection.ts'

export interface NodeRecord {
  /** Drawn at each start. */
  readonly id: string
  readonly host: string
  readonly version: string
  /** Which version of the store's tables its program knows; absent in the first. */
  readonly knows?: number
  /** Milliseconds since 1970, as all times here. */
  readonly startedAt: number
  readonly seenAt: number
}

const nodes = collection<NodeRecord>('nodes')
const nodesMax = 1000

/** How often a node says that it is there, when it is taken for gone, and when it is forgotten. */
export const presence = { beatMs: 15_000, silentMs: 60_000, forgottenMs: 3_600_000 }

export const isAlive = ({ seenAt }: NodeRecord, now: number): boolean =>
  now - seenAt < presence.silentMs

export async function listNodes(look: Look): Promise<NodeRecord[]> {
  const items = await look.list(nodes, [], { itemsMax: nodesMax })
  return items.map(({ record }) => record)
}

/** Says that a node is there, and forgets those that are long gone. */
export async function announceNode(attempt: Attempt, node: NodeRecord): Promise<void> {
  attempt.put(nodes, [node.id], node)
  for (const each of await listNodes(attempt)) {
    if (node.seenAt - each.seenAt > presence.forgottenMs) attempt.remove(nodes, each.id)
  }
}

/** Says that a node has ended. */
export const removeNode = (attempt: Attempt, id: string): void => attempt.remove(nodes, id)
