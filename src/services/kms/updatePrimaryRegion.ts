/**
 * Makes one of the replicas the primary, and the primary a replica. Rotation goes with it.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html
 */
import { mustAlso } from './also.ts'
import { findKey, keyOf } from './key.ts'
import { keyArn } from './name.ts'
import { mustBePrimary } from './replica.ts'
import { type Member, membersOf } from './rotation.ts'
import { fault, operation, type Rooms } from './service.ts'
import { mustBeEnabled } from './state.ts'

export const updatePrimaryRegion = operation('UpdatePrimaryRegion', {
  action: 'kms:UpdatePrimaryRegion',

  touches: (look, input) =>
    findKey(look, input, { context: { 'kms:PrimaryRegion': input.PrimaryRegion } }),

  run(rooms, { PrimaryRegion: primary }, key) {
    const { keys } = rooms
    const { shelf, record } = key
    mustBeEnabled(key)
    const { rotation } = record
    const family = mustBePrimary(key)
    if (!family.regions.includes(primary)) {
      const absent = keyArn({ ...shelf, region: primary }, record.id)
      throw fault('NotFoundException', `Key '${absent}' does not exist`)
    }
    for (const member of membersOf(keys, shelf, record)) {
      if (member.shelf.region === primary) mustBePromotable(rooms, member)
      const moved = {
        ...member.record,
        family: { ...family, primary },
        rotation: member.shelf.region === primary ? rotation : undefined,
      }
      keys.put(member.shelf, moved, member.record)
    }
    return {}
  },
})

/** The replica is asked, too: it may have another policy, and must be in use. */
function mustBePromotable(rooms: Rooms, { shelf, record }: Member): void {
  const replica = keyOf(rooms, shelf, record)
  mustAlso(rooms, 'kms:UpdatePrimaryRegion', replica)
  mustBeEnabled(replica)
}
