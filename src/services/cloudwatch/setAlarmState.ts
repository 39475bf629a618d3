/**
 * Puts an alarm into a state until it is evaluated next: for trying out what it sets off.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
 */
import { randomUUID } from 'node:crypto'
import { findAlarm } from './alarm.ts'
import { fault, operation } from './service.ts'
import { changeState } from './transition.ts'

export const setAlarmState = operation('SetAlarmState', {
  action: 'cloudwatch:SetAlarmState',
  touches: (look, { AlarmName }) => findAlarm(look, AlarmName),

  run({ alarms, draws }, { StateValue: value, StateReason: reason, StateReasonData: data }, alarm) {
    if (data !== undefined) mustBeJson(data)
    const newId = () => draws.draw('history id', randomUUID)
    changeState(alarms, alarm.shelf, alarm.record, { value, reason, data }, { at: draws.at, newId })
    return {}
  },
})

function mustBeJson(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw fault('InvalidFormatFault', 'StateReasonData must be JSON.')
  }
}
