/**
 * The grants on a key; of one principal, or a single one.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
 */
import type { ListGrantsRequest } from '../../contract/generated/kms.ts'
import { grantEntry, mustFindGrant } from './grant-list.ts'
import { findKey } from './key.ts'
import { cut, optionsOf, pageOf } from './page.ts'
import type { GrantRecord } from './records.ts'
import { operation, type Rooms } from './service.ts'
import type { Key } from './subject.ts'

const itemsDefault = 50

export const listGrants = operation('ListGrants', {
  action: 'kms:ListGrants',
  touches: (look, input) => findKey(look, input, { abroad: true }),

  async run(rooms, input, key) {
    const options = optionsOf(input, itemsDefault)
    const { items, end } = pageOf(await listed(rooms, key, input), options, idOf)
    return { Grants: items.map((grant) => grantEntry(key.shelf, grant)), ...end }
  },
})

const idOf = ({ id }: GrantRecord): string => id

async function listed(rooms: Rooms, key: Key, input: ListGrantsRequest): Promise<GrantRecord[]> {
  const { GrantId, GranteePrincipal } = input
  if (GrantId !== undefined) {
    const grant = mustFindGrant(rooms, key, GrantId)
    return GranteePrincipal === undefined || grant.grantee === GranteePrincipal ? [grant] : []
  }
  const options = optionsOf(input, itemsDefault)
  if (GranteePrincipal !== undefined) {
    const grants = rooms.keys.grantsTo(key.shelf, key.record.id, GranteePrincipal)
    return cut(grants, options, idOf)
  }
  const items = await rooms.keys.listGrants(key.shelf, key.record.id, options)
  return items.map((item) => item.record)
}
