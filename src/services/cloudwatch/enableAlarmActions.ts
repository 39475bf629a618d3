/**
 * Lets alarms do what their changes of state ask for. Names that are not there are no failure.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html
 */
import { eachOf, subjectOf } from './alarm.ts'
import { operation } from './service.ts'

const action = 'cloudwatch:EnableAlarmActions'

export const enableAlarmActions = operation('EnableAlarmActions', {
  action,
  touches: (look, { AlarmNames }) => subjectOf(look, AlarmNames[0] ?? '*'),

  run(rooms, { AlarmNames }) {
    for (const { shelf, record } of eachOf(rooms, action, AlarmNames)) {
      rooms.alarms.put(shelf, { ...record, actionsEnabled: true }, false)
    }
    return {}
  },
})
