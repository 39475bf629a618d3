/** What is watched, by which ids, and what the call that waits answers about them. */
import type { Item } from './client.ts'
import type { Wanted } from './wanted.ts'

/** As many ids as one call takes; what was asked for longest ago lives by its TTL. */
export const idsMax = 500

/** What is kept by the id under which it is watched. */
export type Watchable = ReadonlyMap<string, readonly Item[]>

/** What of these can be watched; of many, those that were asked for last. */
export function watchable(items: readonly Item[]): Watchable {
  const found = new Map<string, Item[]>()
  for (const item of items) {
    if (!item.isKnown) continue
    const id = watchIdOf(item.wanted)
    const kept = found.get(id)
    if (kept) kept.push(item)
    else if (found.size < idsMax) found.set(id, [item])
  }
  return found
}

const reference = '/aws/reference/secretsmanager/'
const [ofSecret, ofParameter] = ['s', 'p']

/** The kind and the id, without a selector; a reference to a secret changes when the secret does. */
export function watchIdOf(wanted: Wanted): string {
  const { kind, id } = wanted
  if (kind === 'secret') return ofSecret + id
  if (id.startsWith(reference)) return ofSecret + id.slice(reference.length).split(':')[0]
  return ofParameter + id
}

/** The ids as the call takes them. */
export const setOf = (ids: readonly string[]) => ({
  SecretIds: ids.filter((id) => id.startsWith(ofSecret)).map((id) => id.slice(1)),
  ParameterNames: ids.filter((id) => id.startsWith(ofParameter)).map((id) => id.slice(1)),
})

export interface Answer {
  readonly position: string
  /** The position of a change that the call waited for. */
  readonly wokenAt: string | undefined
  readonly isReset: boolean
  readonly changed: ReadonlySet<string>
  readonly refused: ReadonlySet<string>
}

/** What Strongroom answered. */
export function answerIn(answer: Readonly<Record<string, unknown>>): Answer {
  const { Position, WokenAt, Reset, Changed, Refused: refused } = answer
  return {
    position: String(Position),
    wokenAt: typeof WokenAt === 'string' ? WokenAt : undefined,
    isReset: Reset === true,
    changed: idsIn(Changed),
    refused: idsIn(refused),
  }
}

function idsIn(set: unknown): ReadonlySet<string> {
  const { SecretIds = [], ParameterNames = [] } = (set ?? {}) as {
    readonly SecretIds?: readonly string[]
    readonly ParameterNames?: readonly string[]
  }
  return new Set([
    ...SecretIds.map((id) => ofSecret + id),
    ...ParameterNames.map((id) => ofParameter + id),
  ])
}
