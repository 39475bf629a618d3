/**
 * An API destination as operations see it.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 */
import { namedArn, parseNamed } from '../../events/arns.ts'
import { refusalOf } from '../../events/endpoint.ts'
import type { DestinationRecord, Shelf } from '../../events/records.ts'
import { Absent, type Subject } from '../operation.ts'
import { hereOf } from './bus.ts'
import { absentId } from './connection.ts'
import { fault, type Look, type Rooms } from './service.ts'

export interface Destination extends Subject {
  readonly shelf: Shelf
  readonly record: DestinationRecord
}

export const destinationType = 'AWS::Events::ApiDestination'

export function findDestination(
  look: Look,
  name: string,
  doing = 'describe',
): Destination | Absent {
  const shelf = hereOf(look)
  const { account } = shelf
  const record = look.events.findDestination(shelf, name)
  const arn = namedArn('api-destination', shelf, record ?? { name, id: absentId })
  if (record) return { arn, account, shelf, record, type: destinationType }
  const missing = fault(
    'ResourceNotFoundException',
    `Failed to ${doing} the api-destination(s). An api-destination '${name}' does not exist.`,
  )
  return new Absent({ arn, account, shown: arn }, missing)
}

/** Throws unless it may be called, as far as the text of its address tells, by a connection that is there. */
export function mustBeFitDestination(
  { admits, events }: Rooms,
  shelf: Shelf,
  { endpoint, connectionArn }: Pick<DestinationRecord, 'endpoint' | 'connectionArn'>,
): void {
  // A `*` stands for a path parameter, nowhere else.
  const url = URL.parse(endpoint)
  const refusal = url ? refusalOf(url, admits) : 'no address'
  if (refusal !== undefined || url?.host.includes('*')) {
    const why = refusal ?? 'a parameter in place of the host'
    throw fault('ValidationException', `Parameter InvocationEndpoint is not valid: ${why}.`)
  }
  const named = parseNamed('connection', connectionArn)
  const isOwn = named?.shelf.account === shelf.account && named.shelf.region === shelf.region
  const connection = named && isOwn && events.findConnection(shelf, named.name)
  if (connection && connection.id === named.id) return
  throw fault('ResourceNotFoundException', `Connection '${connectionArn}' does not exist.`)
}

export const stateOfDestination = ({ events }: Rooms, record: DestinationRecord) => {
  const named = parseNamed('connection', record.connectionArn)
  const connection = named && events.findConnection(named.shelf, named.name)
  const isLive = connection?.id === named?.id && !connection?.isDeauthorized
  return isLive ? ('ACTIVE' as const) : ('INACTIVE' as const)
}

/** What every answer about a destination has. */
export function destinationView(rooms: Rooms, shelf: Shelf, record: DestinationRecord) {
  return {
    ApiDestinationArn: namedArn('api-destination', shelf, record),
    ApiDestinationState: stateOfDestination(rooms, record),
    CreationTime: record.createdAt,
    LastModifiedTime: record.changedAt,
  }
}

/** What descriptions and lists tell besides. */
export const settingsOf = (record: DestinationRecord) => ({
  Name: record.name,
  ConnectionArn: record.connectionArn,
  InvocationEndpoint: record.endpoint,
  HttpMethod: record.method,
  InvocationRateLimitPerSecond: record.ratePerSecond ?? rateDefault,
})

/** As AWS has it where nothing was asked for. */
const rateDefault = 300
