/**
 * A connection as operations see it. What it proves by is sealed and never answered.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html
 */
import { namedArn } from '../../events/arns.ts'
import type { ConnectionRecord, Shelf } from '../../events/records.ts'
import { Absent, type Subject } from '../operation.ts'
import { hereOf } from './bus.ts'
import { fault, type Look } from './service.ts'

export interface Connection extends Subject {
  readonly shelf: Shelf
  readonly record: ConnectionRecord
}

export const connectionType = 'AWS::Events::Connection'
/** Ends the ARN under which an absent one is decided on. */
export const absentId = '00000000-0000-0000-0000-000000000000'

export function findConnection(look: Look, name: string, doing = 'describe'): Connection | Absent {
  const shelf = hereOf(look)
  const { account } = shelf
  const record = look.events.findConnection(shelf, name)
  const arn = namedArn('connection', shelf, record ?? { name, id: absentId })
  if (record) return { arn, account, shelf, record, type: connectionType }
  const missing = fault(
    'ResourceNotFoundException',
    `Failed to ${doing} the connection(s). Connection '${name}' does not exist.`,
  )
  return new Absent({ arn, account, shown: arn }, missing)
}

export const stateOf = ({ isDeauthorized }: ConnectionRecord) =>
  isDeauthorized ? ('DEAUTHORIZED' as const) : ('AUTHORIZED' as const)

/** What every answer about a connection has. */
export const connectionView = ({ arn, record }: Pick<Connection, 'arn' | 'record'>) => ({
  ConnectionArn: arn,
  ConnectionState: stateOf(record),
  CreationTime: record.createdAt,
  LastModifiedTime: record.changedAt,
  LastAuthorizedTime: record.authorizedAt,
})
