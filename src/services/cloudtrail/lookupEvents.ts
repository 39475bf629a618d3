/**
 * The account's records of this region, newest first, by one attribute and a range of time. Nobody
 * detects insights here, so that there are none to find.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
import type { LookupEventsRequest } from '../../contract/generated/cloudtrail.ts'
import { secondMs } from '../../lib/clock.ts'
import { anything } from '../operation.ts'
import { type FoundEvent, fault, operation, type Rooms, type Spot } from './service.ts'

const itemsDefault = 50

export const lookupEvents = operation('LookupEvents', {
  action: 'cloudtrail:LookupEvents',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const { MaxResults: itemsMax = itemsDefault, EventCategory } = input
    const asked = askedIn(input)
    const bound = [rooms.caller.account, rooms.region, 'LookupEvents', JSON.stringify(asked)]
    const before = placeIn(rooms, input.NextToken, bound)
    if (EventCategory === 'insight') return { Events: [] }
    const { account } = rooms.caller
    const { items, next } = await rooms.events.find({
      ...{ account, region: rooms.region, itemsMax, ...asked },
      ...(before && { before }),
    })
    return {
      Events: items.map(eventOf),
      NextToken: next && rooms.tokens.print([next.second, next.seq, next.index], bound),
    }
  },
})

/** Throws for what CloudTrail does not look up by. Instants are seconds: records hold no finer ones. */
function askedIn({ LookupAttributes = [], StartTime, EndTime }: LookupEventsRequest) {
  const [first, ...more] = LookupAttributes
  if (more.length > 0) {
    throw fault('InvalidLookupAttributesException', 'You can only specify one lookup attribute.')
  }
  const from = StartTime === undefined ? undefined : Math.ceil(StartTime / secondMs)
  const to = EndTime === undefined ? undefined : Math.floor(EndTime / secondMs)
  if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime) {
    throw fault('InvalidTimeRangeException', 'The start time must be before the end time.')
  }
  return {
    ...(first && { attribute: { name: first.AttributeKey, value: first.AttributeValue } }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
}

function placeIn(
  { tokens }: Rooms,
  token: string | undefined,
  bound: readonly string[],
): Spot | undefined {
  if (token === undefined) return undefined
  const [second, seq, index] = tokens.parse(token, 3, bound) ?? []
  if (typeof second === 'number' && typeof seq === 'number' && typeof index === 'number') {
    return { second, seq, index }
  }
  throw fault('InvalidNextTokenException', 'Invalid NextToken')
}

const eventOf = ({ record, second, username, resources }: FoundEvent) => ({
  EventId: record.eventID,
  EventName: record.eventName,
  ReadOnly: String(record.readOnly ?? false),
  AccessKeyId: record.userIdentity.accessKeyId,
  EventTime: second * secondMs,
  EventSource: record.eventSource,
  Username: username,
  Resources: resources.map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
  CloudTrailEvent: JSON.stringify(record),
})
