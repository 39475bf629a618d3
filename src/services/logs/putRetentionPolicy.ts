/**
 * How many days a group keeps its events.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
import { findGroup } from './group.ts'
import { fault, operation } from './service.ts'

const days: ReadonlySet<number> = new Set([
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922],
  ...[3288, 3653],
])

export const putRetentionPolicy = operation('PutRetentionPolicy', {
  action: 'logs:PutRetentionPolicy',
  touches: (look, input) => findGroup(look, input),

  run({ logs }, { retentionInDays }, { shelf, record }) {
    if (!days.has(retentionInDays)) {
      throw fault(
        'InvalidParameterException',
        `Invalid retention value. Valid values are: [${[...days].join(', ')}]`,
      )
    }
    logs.putGroup(shelf, { ...record, retentionDays: retentionInDays })
    return {}
  },
})
