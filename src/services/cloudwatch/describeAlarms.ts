/**
 * Alarms in the order of their names.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
import { eachOf } from '../operation.ts'
import { alarmArn, mustBeName, shownAlarm } from './alarm.ts'
import { hereOf } from './metric.ts'
import { tokensOf } from './page.ts'
import type { AlarmRecord } from './records.ts'
import { invalid, operation, type Rooms } from './service.ts'

const itemsDefault = 50
const examinedMax = 1000

export const describeAlarms = operation('DescribeAlarms', {
  action: 'cloudwatch:DescribeAlarms',

  touches(look) {
    const shelf = hereOf(look)
    return { arn: alarmArn(shelf, '*'), account: shelf.account }
  },

  async run(rooms, input) {
    const { AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix, MaxRecords } = input
    if (AlarmNames && AlarmNamePrefix !== undefined) {
      throw invalid('AlarmNamePrefix and AlarmNames are mutually exclusive.')
    }
    if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined) {
      throw invalid('Composite alarms are not offered here, and so have no children or parents.')
    }
    const shelf = hereOf(rooms)
    const asked = [AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix, input.AlarmTypes]
    const tokens = tokensOf(rooms, 'DescribeAlarms', asked)
    const after = tokens.mustBePlace(input.NextToken, 1)
    if (input.AlarmTypes && !input.AlarmTypes.includes('MetricAlarm')) {
      return { MetricAlarms: [], CompositeAlarms: [] }
    }
    const options = { itemsMax: examinedMax, after, prefix: AlarmNamePrefix }
    const listed = AlarmNames ? named(rooms, AlarmNames) : await rooms.alarms.list(shelf, options)
    const begins = (arn: string) => arn.startsWith(ActionPrefix ?? '')
    const fitting = listed.filter(
      ({ state, actions }) =>
        (StateValue ?? state.value) === state.value &&
        (ActionPrefix === undefined || Object.values(actions).flat().some(begins)),
    )
    const itemsMax = MaxRecords ?? (AlarmNames ? fitting.length : itemsDefault)
    const page = fitting.slice(0, itemsMax)
    const goesOn = fitting.length > itemsMax ? page.at(-1) : AlarmNames || listed[examinedMax - 1]
    return {
      MetricAlarms: page.map((record) => shownAlarm({ shelf, record })),
      CompositeAlarms: [],
      NextToken: tokens.print(goesOn && 'name' in goesOn ? [goesOn.name] : undefined),
    }
  },
})

function named(rooms: Rooms, names: readonly string[]): AlarmRecord[] {
  const shelf = hereOf(rooms)
  for (const name of names) mustBeName(name)
  const found = eachOf([...new Set(names)].toSorted(), (name) => rooms.alarms.find(shelf, name))
  return found.filter((alarm) => alarm !== undefined)
}
