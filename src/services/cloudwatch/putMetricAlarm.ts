/**
 * Makes an alarm, or sets one anew: it keeps its state. Its metric need not be there yet.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import { randomUUID } from 'node:crypto'
import { isAlarm, mustBeAction, subjectOf } from './alarm.ts'
import { hereOf } from './metric.ts'
import type { AlarmRecord } from './records.ts'
import { fault, operation } from './service.ts'
import { alarmsMax, readSetting } from './setting.ts'
import { requestTags, tagsOf } from './tags.ts'

export const putMetricAlarm = operation('PutMetricAlarm', {
  action: 'cloudwatch:PutMetricAlarm',

  touches(look, { AlarmName, Tags }) {
    const subject = subjectOf(look, AlarmName)
    return { ...subject, context: { ...subject.context, ...requestTags(Tags) } }
  },

  async run({ alarms, draws, ...look }, input, subject) {
    const shelf = hereOf(look)
    const setting = readSetting(input)
    for (const arn of Object.values(setting.actions).flat()) mustBeAction(shelf, arn)
    const before = isAlarm(subject) ? subject.record : undefined
    if (!before && (await alarms.count(shelf)) >= alarmsMax) {
      const words = `The account has its ${alarmsMax} alarms in this region.`
      throw fault('LimitExceededFault', words)
    }
    const { at } = draws
    const after: AlarmRecord = {
      ...{ name: input.AlarmName, ...setting, configuredAt: at },
      // As on AWS: an alarm that is there is tagged by TagResource alone.
      tags: before?.tags ?? tagsOf(input.Tags),
      state: before?.state ?? firstState(at),
    }
    alarms.put(shelf, after, !before)
    const done = before ? 'updated' : 'created'
    alarms.addHistory(shelf, at, draws.draw('history id', randomUUID), {
      alarm: after.name,
      type: 'ConfigurationUpdate',
      ...told(after, done),
    })
    return {}
  },
})

const firstState = (at: number): AlarmRecord['state'] => ({
  value: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  updatedAt: at,
  changedAt: at,
})

const told = ({ name }: AlarmRecord, done: string) => ({
  summary: `Alarm "${name}" ${done}`.slice(0, 255),
  text: JSON.stringify({ version: '1.0', type: done === 'created' ? 'Create' : 'Update' }),
})
