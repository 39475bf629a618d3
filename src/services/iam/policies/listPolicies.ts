/**
 * The account's managed policies and AWS's own, the latter behind the former, each by name.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
 */
import { catalogue } from '../catalogue.ts'
import { allOf } from '../entity.ts'
import { cut, pageOf } from '../page.ts'
import type { PolicyRecord } from '../records.ts'
import { operation, type Rooms } from '../service.ts'
import { policyView } from './policy.ts'

export const listPolicies = operation('ListPolicies', {
  action: 'iam:ListPolicies',
  touches: (look, { PathPrefix }) => allOf(look, 'policy', PathPrefix),

  async run(rooms, input) {
    const { identities, caller } = rooms
    const { Scope = 'All', PathPrefix = '/', OnlyAttached, PolicyUsageFilter } = input
    const { after, shownMax } = pageOf(input, 2)
    const found = await policiesBehind(rooms, Scope, after, shownMax + 1)
    const { page, rest } = cut(found, shownMax, ({ place }) => place)
    const fitting = page.filter(({ policy }) => policy.path.startsWith(PathPrefix))
    const views = await Promise.all(
      fitting.map(({ policy }) => policyView(identities, caller.account, policy)),
    )
    const isAsked = ({ AttachmentCount, PermissionsBoundaryUsageCount }: (typeof views)[0]) =>
      (!OnlyAttached || AttachmentCount > 0) &&
      (PolicyUsageFilter !== 'PermissionsBoundary' || PermissionsBoundaryUsageCount > 0) &&
      (PolicyUsageFilter !== 'PermissionsPolicy' || AttachmentCount > 0)
    return { Policies: views.filter(isAsked), ...rest }
  },
})

interface Listed {
  /** Which shelf, and the name on it. */
  readonly place: readonly [shelf: string, name: string]
  readonly policy: PolicyRecord
}

type Scope = 'All' | 'AWS' | 'Local'

const own = 'a'
const ofAws = 'b'

async function policiesBehind(
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
