/**
 * The grants of this account and region that a principal may retire.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html
 */
import { parseToken, printToken } from '../../lib/page.ts'
import { anything } from '../operation.ts'
import { grantEntry } from './grant-list.ts'
import { hereOf } from './key.ts'
import { fault, operation } from './service.ts'

const itemsDefault = 50

export const listRetirableGrants = operation('ListRetirableGrants', {
  action: 'kms:ListRetirableGrants',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const shelf = hereOf(rooms)
    const itemsMax = input.Limit ?? itemsDefault
    const listed = await rooms.keys.listRetirable(shelf, input.RetiringPrincipal, {
      after: placeOf(input.Marker),
      itemsMax: itemsMax + 1,
    })
    const shown = listed.slice(0, itemsMax).map((item) => item.record)
    const last = shown.at(-1)
    const more = listed.length > itemsMax && last !== undefined
    return {
      Grants: shown.map((grant) => grantEntry(shelf, grant)),
      Truncated: more,
      ...(more && { NextMarker: printToken([last.keyId, last.id]) }),
    }
  },
})

function placeOf(marker: string | undefined) {
  if (marker === undefined) return undefined
  const place = parseToken(marker, 2)
  if (!place) throw fault('InvalidMarkerException', 'Invalid marker.')
  return place
}
