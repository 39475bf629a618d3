/**
 * A new stream of a log group.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
 */
import { findGroup } from './group.ts'
import { makeStream } from './made.ts'
import { fault, operation } from './service.ts'

export const createLogStream = operation('CreateLogStream', {
  action: 'logs:CreateLogStream',
  touches: (look, input) => findGroup(look, input, input.logStreamName),

  run({ logs, draws }, { logStreamName }, { record }) {
    if (/\p{Cc}/u.test(logStreamName)) {
      throw fault(
        'InvalidParameterException',
        'A log stream name must not hold control characters.',
      )
    }
    if (logs.findStream(record, logStreamName)) {
      throw fault('ResourceAlreadyExistsException', 'The specified log stream already exists')
    }
    logs.putStream(record, undefined, makeStream(logStreamName, draws.at))
    return {}
  },
})
