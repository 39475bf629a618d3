/**
 * Lines into a stream. Sequence tokens are taken and mean nothing any more, as on AWS.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
import { addLines, mustBeFitLines, sift } from './append.ts'
import { findStream } from './group.ts'
import { hitsIn } from './hits.ts'
import { newId } from './made.ts'
import { operation } from './service.ts'

export const putLogEvents = operation('PutLogEvents', {
  action: 'logs:PutLogEvents',
  touches: (look, input) => findStream(look, input, input.logStreamName),

  async run({ logs, draws, measure }, { logEvents }, { shelf, record, stream }) {
    const lines = logEvents.map(({ timestamp: at, message }) => ({ at, message }))
    mustBeFitLines(lines)
    const { fit, rejected } = sift(lines, record, draws.at)
    if (fit.length > 0) {
      addLines(logs, record, stream, fit, { at: draws.at, draw: () => newId(draws) })
      await measure(shelf, hitsIn(logs.filtersOf(record), fit))
    }
    return { nextSequenceToken: String(draws.at), rejectedLogEventsInfo: rejected }
  },
})
