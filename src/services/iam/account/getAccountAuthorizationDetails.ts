/**
 * Every user, group, role and policy of the account with all of their permissions, page by page; of AWS's own
 * policies those that are in use.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
import { anything } from '../../operation.ts'
import { catalogue } from '../catalogue.ts'
import { cut, pageOf } from '../page.ts'
import type { AnyRecord, Kind, PolicyRecord } from '../records.ts'
import { operation, type Rooms } from '../service.ts'
import { groupDetail, policyDetail, roleDetail, userDetail } from './details.ts'

export const getAccountAuthorizationDetails = operation('GetAccountAuthorizationDetails', {
  action: 'iam:GetAccountAuthorizationDetails',
  touches: ({ caller: { account } }) => anything(account),

  async run(rooms, input) {
    const { after, shownMax } = pageOf(input, 2)
    const asked = new Set(input.Filter ?? sections.map(({ filter }) => filter))
    const found = await recordsBehind(rooms, asked, after, shownMax + 1)
    const { page, rest } = cut(found, shownMax, ({ place }) => place)
    return {
      ...(await detailsOf(
        rooms,
        page.map(({ record }) => record),
      )),
      ...rest,
    }
  },
})

interface Section {
  readonly filter: string
  /** Which records; of AWS's policies those that somebody holds on to. */
  readonly kind: Kind | 'aws'
}

const sections: readonly Section[] = [
  { filter: 'User', kind: 'user' },
  { filter: 'Group', kind: 'group' },
  { filter: 'Role', kind: 'role' },
  { filter: 'LocalManagedPolicy', kind: 'policy' },
  { filter: 'AWSManagedPolicy', kind: 'aws' },
]

interface Listed {
  /** The section's number, and the name in it. */
  readonly place: readonly [section: number, name: string]
  readonly record: AnyRecord
}

async function recordsBehind(
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

async function awsInUse(
  { identities, account }: Pick<Rooms, 'identities'> & { account: AnyRecord['account'] },
  behind = '',
): Promise<Named[]> {
  const found: Named[] = []
  for (const record of catalogue.values()) {
    if (record.name <= behind) continue
    const attached = await identities.countHolders(account, 'policy', record.id)
    const bounding = await identities.countHolders(account, 'boundary', record.id)
    if (attached + bounding > 0) found.push({ place: record.name, record })
  }
  return found
}

async function detailsOf({ identities, caller }: Rooms, records: readonly AnyRecord[]) {
  const only = <K extends Kind>(kind: K) =>
    records.filter((record): record is Extract<AnyRecord, { kind: K }> => record.kind === kind)
  const policies = only('policy').map((policy: PolicyRecord) =>
    policyDetail(identities, caller.account, policy),
  )
  return {
    UserDetailList: await Promise.all(only('user').map((user) => userDetail(identities, user))),
    GroupDetailList: only('group').map(groupDetail),
    RoleDetailList: await Promise.all(only('role').map((role) => roleDetail(identities, role))),
    Policies: await Promise.all(policies),
  }
}
