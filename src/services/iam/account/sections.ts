/** Everything that an account has, section by section. */
import { catalogue } from '../catalogue.ts'
import type { AnyRecord, Kind } from '../records.ts'
import type { Rooms } from '../service.ts'

interface Section {
  readonly filter: string
  /** Which records; of AWS's policies those that somebody holds on to. */
  readonly kind: Kind | 'aws'
}

/** The kinds that a filter may ask for, in the order of the answer. */
export const sections: readonly Section[] = [
  { filter: 'User', kind: 'user' },
  { filter: 'Group', kind: 'group' },
  { filter: 'Role', kind: 'role' },
  { filter: 'LocalManagedPolicy', kind: 'policy' },
  { filter: 'AWSManagedPolicy', kind: 'aws' },
]

/** A record and its place among all. */
export interface Listed {
  /** The section's number, and the name in it. */
  readonly place: readonly [section: number, name: string]
  readonly record: AnyRecord
}

/** What stands behind a place in the sections that were asked for. */
export async function recordsBehind(
  rooms: Rooms,
  asked: ReadonlySet<string>,
  after: readonly (string | number)[] | undefined,
  itemsMax: number,
): Promise<Listed[]> {
  const [start = 0, behind] = after ?? []
  const found: Listed[] = []
  for (const [number, { filter, kind }] of sections.entries()) {
    if (!asked.has(filter) || number < Number(start) || found.length >= itemsMax) continue
    const name = number === start && behind !== undefined ? String(behind) : undefined
    const listed = await recordsOf(rooms, kind, name, itemsMax - found.length)
    found.push(...listed.map(({ place, record }) => ({ place: [number, place] as const, record })))
  }
  return found
}

type Named = { readonly place: string; readonly record: AnyRecord }

async function recordsOf(
  { identities, caller: { account } }: Rooms,
  kind: Section['kind'],
  behind: string | undefined,
  itemsMax: number,
): Promise<Named[]> {
  if (kind === 'aws') return awsInUse({ identities, account }, behind)
  const after = behind === undefined ? undefined : [behind]
  const items = await identities.list(kind, account, { after, itemsMax })
  return items.flatMap(({ place, record }) => (record ? [{ place, record }] : []))
}

function awsInUse(
  { identities, account }: Pick<Rooms, 'identities'> & { account: AnyRecord['account'] },
  behind = '',
): Named[] {
  const found: Named[] = []
  for (const record of catalogue.values()) {
    if (record.name <= behind) continue
    const attached = identities.countHolders(account, 'policy', record.id)
    const bounding = identities.countHolders(account, 'boundary', record.id)
    if (attached + bounding > 0) found.push({ place: record.name, record })
  }
  return found
}
