/**
 * The lines of one stream: the newest ones, or from the start on. Both tokens are always there; at an
 * end the same one comes back.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
import { findStream } from './group.ts'
import { tokensOf } from './page.ts'
import { readLines, type Spot, spotParts } from './reading.ts'
import { fault, operation } from './service.ts'

const itemsDefault = 10_000
const forwards = 'f/'
const backwards = 'b/'

export const getLogEvents = operation('GetLogEvents', {
  action: 'logs:GetLogEvents',
  touches: (look, input) => findStream(look, input, input.logStreamName),

  async run(rooms, input, { record, stream }) {
    const { startTime: from = 0, endTime: to = Number.MAX_SAFE_INTEGER, nextToken } = input
    const tokens = tokensOf(rooms, 'GetLogEvents', [record.id, stream.name, from, to])
    const way = nextToken?.slice(0, forwards.length)
    if (way !== undefined && way !== forwards && way !== backwards) throw badToken()
    const reverse = way === undefined ? !input.startFromHead : way === backwards
    const after = tokens.mustBePlace(nextToken?.slice(forwards.length), spotParts) as
      | Spot
      | undefined
    const matches = (line: { stream: string }) => line.stream === stream.name
    const itemsMax = input.limit ?? itemsDefault
    const query = { groupId: record.id, reverse, from, to, itemsMax, matches }
    const { lines, last } = await readLines(rooms.logs, query, after)
    const ordered = reverse ? lines.toReversed() : lines
    const edge = last ?? after ?? startOf(reverse, to)
    const begin = ordered[0]?.spot ?? edge
    const end = ordered.at(-1)?.spot ?? edge
    const print = (prefix: string, spot: Spot) => prefix + tokens.print(spot)
    return {
      events: ordered.map(({ at, message, ingestedAt }) => ({
        ...{ timestamp: at, message, ingestionTime: ingestedAt },
      })),
      nextForwardToken: print(forwards, reverse ? end : edge),
      nextBackwardToken: print(backwards, reverse ? edge : begin),
    }
  },
})

/** Where to go on in a stream that showed nothing yet. */
const startOf = (reverse: boolean, to: number): Spot => [reverse ? to : 0, 0, '', 0]

const badToken = () => fault('InvalidParameterException', 'The specified nextToken is invalid.')
