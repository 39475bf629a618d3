/**
 * Removes alarms; their history stays for its time. Names that are not there are no failure.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
 */
import { randomUUID } from 'node:crypto'
import { eachOf, subjectOf } from './alarm.ts'
import { operation } from './service.ts'

const action = 'cloudwatch:DeleteAlarms'

export const deleteAlarms = operation('DeleteAlarms', {
  action,
  touches: (look, { AlarmNames }) => subjectOf(look, AlarmNames[0] ?? '*'),

  run(rooms, { AlarmNames }) {
    const { alarms, draws } = rooms
    for (const { shelf, record } of eachOf(rooms, action, AlarmNames)) {
      alarms.remove(shelf, record)
      alarms.addHistory(shelf, draws.at, draws.draw('history id', randomUUID), {
        ...{ alarm: record.name, type: 'ConfigurationUpdate' },
        summary: `Alarm "${record.name}" deleted`.slice(0, 255),
        text: JSON.stringify({ version: '1.0', type: 'Delete' }),
      })
    }
    return {}
  },
})
