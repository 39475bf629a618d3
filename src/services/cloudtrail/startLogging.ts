/**
 * From now on the trail's records are delivered. Said twice it changes nothing.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html
 */
import { operation } from './service.ts'
import { findTrail, mustBeHome } from './trail.ts'

export const startLogging = operation('StartLogging', {
  action: 'cloudtrail:StartLogging',
  touches: (look, { Name }) => findTrail(look, Name),

  run(rooms, _input, trail) {
    mustBeHome(rooms, trail)
    const { shelf, record } = trail
    if (record.logging.isOn) return {}
    const { stoppedAt } = record.logging
    const logging = {
      isOn: true,
      startedAt: rooms.draws.at,
      stoppedAt,
      from: rooms.trails.position,
    }
    rooms.trails.put(shelf, { ...record, logging })
    return {}
  },
})
