/**
 * Removes a log group with everything in it. There is no way back.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
 */
import { findGroup } from './group.ts'
import { fault, operation } from './service.ts'

export const deleteLogGroup = operation('DeleteLogGroup', {
  action: 'logs:DeleteLogGroup',
  touches: (look, input) => findGroup(look, input),

  run({ logs }, _input, { shelf, record }) {
    if (record.isProtected) {
      throw fault(
        'OperationAbortedException',
        'The log group is protected against deletion: switch its deletion protection off first.',
      )
    }
    logs.removeGroup(shelf, record)
    return {}
  },
})
