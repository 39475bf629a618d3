/**
 * Puts events of the caller's own on buses. One that is not fit is told in an answer that succeeds.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
import { Absent } from '../operation.ts'
import { findBus } from './bus.ts'
import { mustBeFewBytes, putEntry } from './entry.ts'
import { notOffered, operation } from './service.ts'

const action = 'events:PutEvents'

export const putEvents = operation('PutEvents', {
  action,
  touches: (look, { Entries }) => {
    const bus = findBus(look, Entries[0]?.EventBusName)
    const [first] = Entries
    const context = {
      ...(first?.Source !== undefined && { 'events:source': first.Source }),
      ...(first?.DetailType !== undefined && { 'events:detail-type': first.DetailType }),
    }
    return bus instanceof Absent ? bus : { ...bus, context: { ...bus.context, ...context } }
  },

  run(rooms, { Entries: entries, EndpointId }) {
    if (EndpointId !== undefined) throw notOffered('EndpointId', 'there are no global endpoints.')
    mustBeFewBytes(entries)
    const Entries = []
    for (const entry of entries) Entries.push(putEntry(rooms, action, entry))
    return {
      FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Entries,
    }
  },
})
