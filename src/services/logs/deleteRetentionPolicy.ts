/**
 * A group keeps its events for ever again.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html
 */
import { findGroup } from './group.ts'
import { operation } from './service.ts'

export const deleteRetentionPolicy = operation('DeleteRetentionPolicy', {
  action: 'logs:DeleteRetentionPolicy',
  touches: (look, input) => findGroup(look, input),

  run({ logs }, _input, { shelf, record }) {
    logs.putGroup(shelf, { ...record, retentionDays: undefined })
    return {}
  },
})
