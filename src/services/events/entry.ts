/** One event of a caller's own. */
import { randomUUID } from 'node:crypto'
import type {
  PutEventsRequestEntry,
  PutEventsResultEntry,
} from '../../contract/generated/events.ts'
import { JsonError, parseJson } from '../../lib/json.ts'
import { Absent } from '../operation.ts'
import { type Bus, findBus } from './bus.ts'
import { fault, type Rooms } from './service.ts'
import { announce } from './store.ts'

const entriesBytesMax = 262_144
const timeBytes = 14

/** What AWS counts of an entry. */
const bytesOf = ({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources,
}: PutEventsRequestEntry) =>
  [Source, DetailType, Detail, ...(Resources ?? [])].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Time === undefined ? 0 : timeBytes,
  )

export function mustBeFewBytes(entries: readonly PutEventsRequestEntry[]): void {
  if (entries.reduce((sum, entry) => sum + bytesOf(entry), 0) <= entriesBytesMax) return
  throw fault('ValidationException', 'Total size of the entries in the request is over the limit.')
}

/** Puts it on its bus, or tells why it is none. Each is decided on by itself. */
export function putEntry(
  rooms: Rooms,
  action: string,
  entry: PutEventsRequestEntry,
): PutEventsResultEntry {
  const { Source, DetailType, Detail = '', Resources = [], Time } = entry
  const wrong = whatIsWrong(entry)
  if (wrong) return wrong
  const bus = findBus(rooms, entry.EventBusName)
  if (bus instanceof Absent) throw bus.fault
  const refused = rooms.refusal(action, withContext(bus, entry))
  if (refused) throw refused
  const id = rooms.draws.draw('event id of an entry', () => randomUUID())
  announce(rooms.attempt, {
    ...{ ...bus.shelf, bus: bus.record.name, id, at: Math.floor(Time ?? rooms.draws.at) },
    ...{ source: Source ?? '', detailType: DetailType ?? '', resources: Resources },
    detail: parseJson(Detail) as object,
  })
  return { EventId: id }
}

const withContext = (bus: Bus, { Source = '', DetailType = '' }: PutEventsRequestEntry): Bus => ({
  ...bus,
  context: { ...bus.context, 'events:source': Source, 'events:detail-type': DetailType },
})

function whatIsWrong(entry: PutEventsRequestEntry): PutEventsResultEntry | undefined {
  const { Source, DetailType, Detail, Time } = entry
  if (!Source)
    return invalid('Parameter Source is not valid. Reason: Source is a required argument.')
  if (/^aws\./i.test(Source)) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    }
  }
  if (!DetailType) {
    return invalid('Parameter DetailType is not valid. Reason: DetailType is a required argument.')
  }
  if (!Detail) {
    return invalid('Parameter Detail is not valid. Reason: Detail is a required argument.')
  }
  if (Time !== undefined && !(Time >= 0 && Time < 2 ** 52)) {
    return invalid('Parameter Time is not valid.')
  }
  return isObject(Detail)
    ? undefined
    : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
}

const invalid = (ErrorMessage: string) => ({ ErrorCode: 'InvalidArgument', ErrorMessage })

function isObject(text: string): boolean {
  try {
    const json = parseJson(text)
    return typeof json === 'object' && json !== null && !Array.isArray(json)
  } catch (thrown) {
    if (thrown instanceof JsonError) return false
    throw thrown
  }
}
