/**
 * The streams of a log group, in the order of their names or of their last events.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
 */
import { findGroup, groupArn } from './group.ts'
import { tokensOf } from './page.ts'
import { fault, operation } from './service.ts'

const itemsDefault = 50

export const describeLogStreams = operation('DescribeLogStreams', {
  action: 'logs:DescribeLogStreams',
  touches: (look, input) => findGroup(look, input),

  async run(rooms, input, { shelf, record }) {
    const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false } = input
    if (prefix !== undefined && orderBy === 'LastEventTime') {
      throw fault(
        'InvalidParameterException',
        'Cannot order by LastEventTime with a logStreamNamePrefix.',
      )
    }
    const isByName = orderBy === 'LogStreamName'
    const tokens = tokensOf(rooms, 'DescribeLogStreams', [record.id, prefix, orderBy, descending])
    const after = tokens.mustBePlace(input.nextToken, isByName ? 1 : 2)
    const itemsMax = input.limit ?? itemsDefault
    const options = { prefix, after, itemsMax: itemsMax + 1, reverse: descending }
    const listed = isByName
      ? await rooms.logs.listStreams(record, options)
      : await rooms.logs.listStreamsByEvent(record, options)
    const page = listed.slice(0, itemsMax)
    const last = listed.length > itemsMax ? page.at(-1) : undefined
    const place = last && (isByName ? [last.name] : [last.lastAt ?? 0, last.name])
    return {
      logStreams: page.map(({ name, createdAt, firstAt, lastAt, ingestedAt }) => ({
        logStreamName: name,
        creationTime: createdAt,
        firstEventTimestamp: firstAt,
        lastEventTimestamp: lastAt,
        lastIngestionTime: ingestedAt,
        arn: `${groupArn(shelf, record.name)}:log-stream:${name}`,
        storedBytes: 0,
      })),
      nextToken: tokens.print(place),
    }
  },
})
