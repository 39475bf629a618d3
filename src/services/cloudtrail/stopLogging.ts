/**
 * The trail's records are delivered no more. Said twice it changes nothing.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
 */
import { operation } from './service.ts'
import { findTrail, mustBeHome } from './trail.ts'

export const stopLogging = operation('StopLogging', {
  action: 'cloudtrail:StopLogging',
  touches: (look, { Name }) => findTrail(look, Name),

  run(rooms, _input, trail) {
    mustBeHome(rooms, trail)
    const { shelf, record } = trail
    if (!record.logging.isOn) return {}
    const logging = { ...record.logging, isOn: false, stoppedAt: rooms.draws.at }
    rooms.trails.put(shelf, { ...record, logging })
    return {}
  },
})
