/**
 * Other settings for a trail; those that are left out stay.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
 */
import { operation } from './service.ts'
import { mustBeOffered, settled } from './setting.ts'
import { findTrail, mustBeHome, settingsOf, trailOf } from './trail.ts'

export const updateTrail = operation('UpdateTrail', {
  action: 'cloudtrail:UpdateTrail',
  touches: (look, { Name }) => findTrail(look, Name),

  run(rooms, input, trail) {
    mustBeHome(rooms, trail)
    mustBeOffered(input)
    const { shelf, record } = trail
    const after = { ...record, ...settled(rooms, record, input) }
    rooms.trails.put(shelf, after)
    return settingsOf(trailOf(shelf, after))
  },
})
