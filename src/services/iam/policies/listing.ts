/** Managed policies in the order in which lists show them. */
import { catalogue } from '../catalogue.ts'
import type { PolicyRecord } from '../records.ts'
import type { Rooms } from '../service.ts'

/** A policy and its place among all. */
export interface Listed {
  /** Which shelf, and the name on it. */
  readonly place: readonly [shelf: string, name: string]
  readonly policy: PolicyRecord
}

type Scope = 'All' | 'AWS' | 'Local'

const own = 'a'
const ofAws = 'b'

/** The account's policies and AWS's own behind a place, the latter behind the former. */
export async function policiesBehind(
  rooms: Rooms,
  scope: Scope,
  after: readonly (string | number)[] | undefined,
  itemsMax: number,
): Promise<Listed[]> {
  const [shelf = own, behind] = (after ?? []).map(String)
  const local = scope === 'AWS' || shelf === ofAws ? [] : await ownBehind(rooms, behind, itemsMax)
  if (scope === 'Local') return local
  const place = shelf === ofAws ? behind : undefined
  return [...local, ...awsBehind(place)].slice(0, itemsMax)
}

async function ownBehind(
  { identities, caller: { account } }: Rooms,
  behind: string | undefined,
  itemsMax: number,
): Promise<Listed[]> {
  const after = behind === undefined ? undefined : [behind]
  const items = await identities.list('policy', account, { after, itemsMax })
  return items.flatMap(({ place, record }) =>
    record ? [{ place: [own, place] as const, policy: record }] : [],
  )
}

const awsBehind = (behind = ''): Listed[] =>
  [...catalogue.values()]
    .filter(({ name }) => name > behind)
    .map((policy) => ({ place: [ofAws, policy.name], policy }))
