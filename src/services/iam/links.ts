/** Who holds on to whom: read off a record, so that a rename or an attachment cannot forget a row. */
import type { AccountId } from '../../lib/brand.ts'
import type { AnyRecord } from './records.ts'

/** A policy as permission or as boundary, a group by its members, a role by its instance profiles. */
export type Relation = 'policy' | 'boundary' | 'member' | 'profile'

export interface Link {
  readonly holder: AnyRecord
  readonly relation: Relation
  /** The unique id of what is held. */
  readonly id: string
}

/** Every link that goes out from a record. */
export function linksOf(holder: AnyRecord | undefined): Link[] {
  if (!holder) return []
  return heldBy(holder).map(([relation, id]) => ({ holder, relation, id }))
}

type Held = readonly [relation: Relation, id: string]

const held = (relation: Relation, ids: readonly (string | undefined)[]): Held[] =>
  ids.flatMap((id): Held[] => (id === undefined ? [] : [[relation, id]]))

function heldBy(record: AnyRecord): Held[] {
  if (record.kind === 'policy') return []
  if (record.kind === 'profile') return held('profile', [record.roleId])
  const policies = held(
    'policy',
    record.attached.map(({ id }) => id),
  )
  if (record.kind === 'group') return policies
  const boundary = held('boundary', [record.boundary?.id])
  if (record.kind === 'role') return [...policies, ...boundary]
  return [...policies, ...boundary, ...held('member', record.groupIds)]
}

/** The row's key: sorted by what is held, then by the holder's kind and name. */
export const linkKey = (
  { holder: { account, kind, name }, relation, id }: Link,
  fold: (name: string) => string,
): [AccountId, string, string, string, string] => [account, relation, id, kind, fold(name)]
