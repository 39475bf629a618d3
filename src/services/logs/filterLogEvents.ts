/**
 * The lines of a group that fit a pattern, those of all its streams in the order of time. A page may be
 * short, or empty with a token, when much of what was looked at did not fit.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
import { hash } from 'node:crypto'
import { findGroup } from './group.ts'
import { tokensOf } from './page.ts'
import { readPattern } from './pattern.ts'
import { type Found, readLines, type Spot, spotParts } from './reading.ts'
import { fault, operation } from './service.ts'

const itemsDefault = 10_000

export const filterLogEvents = operation('FilterLogEvents', {
  action: 'logs:FilterLogEvents',
  touches: (look, input) => findGroup(look, input),

  async run(rooms, input, { record }) {
    const { logStreamNames: names, logStreamNamePrefix: prefix, filterPattern, limit } = input
    const { startTime: from = 0, endTime: to = Number.MAX_SAFE_INTEGER } = input
    if (names && prefix !== undefined) {
      throw fault(
        'InvalidParameterException',
        'logStreamNames and logStreamNamePrefix cannot be given together.',
      )
    }
    const fits = readPattern(filterPattern)
    const streams = names && new Set(names)
    const matches = ({ stream, message }: Found) =>
      (streams?.has(stream) ?? stream.startsWith(prefix ?? '')) && fits(message)
    const asked = [record.id, names, prefix, filterPattern, from, to]
    const tokens = tokensOf(rooms, 'FilterLogEvents', asked)
    const after = tokens.mustBePlace(input.nextToken, spotParts) as Spot | undefined
    const itemsMax = limit ?? itemsDefault
    const query = { groupId: record.id, reverse: false, from, to, itemsMax, matches }
    const { lines, last, isEnd } = await readLines(rooms.logs, query, after)
    return {
      events: lines.map(({ at, message, ingestedAt, stream, spot }) => ({
        ...{ logStreamName: stream, timestamp: at, message, ingestionTime: ingestedAt },
        eventId: hash('sha256', spot.join('/')).slice(0, 56),
      })),
      searchedLogStreams: [],
      nextToken: isEnd ? undefined : tokens.print(last),
    }
  },
})
