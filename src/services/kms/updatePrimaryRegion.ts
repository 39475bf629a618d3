/**
 * Makes one of the replicas the primary, and the primary a replica. Rotation goes with it.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html
 */
import { findKey } from './key.ts'
import { keyArn } from './name.ts'
import { membersOf } from './rotation.ts'
import { fault, operation } from './service.ts'
import { mustBeEnabled } from './state.ts'

export const updatePrimaryRegion = operation('UpdatePrimaryRegion', {
  action: 'kms:UpdatePrimaryRegion',

  touches: (look, input) =>
    findKey(look, input, { context: { 'kms:PrimaryRegion': input.PrimaryRegion } }),

  async run({ keys }, { PrimaryRegion: primary }, key) {
    const { shelf, record, arn } = key
    mustBeEnabled(key)
    const { family, rotation } = record
    if (family?.primary !== shelf.region) {
      throw fault('UnsupportedOperationException', `${arn} is not a multi-region primary key.`)
    }
    if (!family.regions.includes(primary)) {
      const absent = keyArn({ ...shelf, region: primary }, record.id)
      throw fault('NotFoundException', `Key '${absent}' does not exist`)
    }
    for (const member of await membersOf(keys, shelf, record)) {
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
