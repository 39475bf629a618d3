/**
 * Changes a connection; what is left out stays. It is authorized again by that.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateConnection.html
 */
import { readAuth } from './auth.ts'
import { connectionView, findConnection } from './connection.ts'
import { mustBeOfferedConnection } from './createConnection.ts'
import { operation } from './service.ts'

export const updateConnection = operation('UpdateConnection', {
  action: 'events:UpdateConnection',
  touches: (look, { Name }) => findConnection(look, Name, 'update'),

  run(rooms, input, { arn, shelf, record }) {
    const { events, connections, draws } = rooms
    mustBeOfferedConnection(input)
    const kind = input.AuthorizationType ?? record.kind
    const before = { shown: record.shown, secrets: connections.open(shelf, record) }
    const isSameKind = kind === record.kind
    const auth = readAuth(rooms, kind, input.AuthParameters ?? {}, isSameKind ? before : undefined)
    const { isDeauthorized: _again, ...rest } = record
    const changed = {
      ...{ ...rest, kind, shown: auth.shown },
      description: input.Description ?? record.description,
      secrets: connections.seal(shelf, record.id, auth.secrets),
      ...{ changedAt: draws.at, authorizedAt: draws.at },
    }
    events.putConnection(shelf, changed)
    return connectionView({ arn, record: changed })
  },
})
