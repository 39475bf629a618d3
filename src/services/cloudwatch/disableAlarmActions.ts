/**
 * Keeps alarms from doing what their changes of state ask for; they change their states all the same. Names that are not there are no failure.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
 */
import { eachOf, subjectOf } from './alarm.ts'
import { operation } from './service.ts'

const action = 'cloudwatch:DisableAlarmActions'

export const disableAlarmActions = operation('DisableAlarmActions', {
  action,
  touches: (look, { AlarmNames }) => subjectOf(look, AlarmNames[0] ?? '*'),

  run(rooms, { AlarmNames }) {
    for (const { shelf, record } of eachOf(rooms, action, AlarmNames)) {
      rooms.alarms.put(shelf, { ...record, actionsEnabled: false }, false)
    }
    return {}
  },
})
