/**
 * The end of a trail; what it delivered stays.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html
 */
import { operation } from './service.ts'
import { findTrail, mustBeHome } from './trail.ts'

export const deleteTrail = operation('DeleteTrail', {
  action: 'cloudtrail:DeleteTrail',
  touches: (look, { Name }) => findTrail(look, Name),

  run(rooms, _input, trail) {
    mustBeHome(rooms, trail)
    rooms.trails.remove(trail.shelf, trail.record)
    return {}
  },
})
