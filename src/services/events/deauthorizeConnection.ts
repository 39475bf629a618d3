/**
 * Wipes what a connection proves by. It stays, and proves nothing until it is updated.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeauthorizeConnection.html
 */
import { connectionView, findConnection } from './connection.ts'
import { operation } from './service.ts'

const nothing = { headers: {}, query: {}, body: {} }

export const deauthorizeConnection = operation('DeauthorizeConnection', {
  action: 'events:DeauthorizeConnection',
  touches: (look, { Name }) => findConnection(look, Name, 'deauthorize'),

  run({ events, connections, draws }, _input, { arn, shelf, record }) {
    const wiped = { value: '', http: nothing, oauthHttp: nothing }
    const secrets = connections.seal(shelf, record.id, wiped)
    const changed = { ...record, secrets, isDeauthorized: true, changedAt: draws.at }
    events.putConnection(shelf, changed)
    return connectionView({ arn, record: changed })
  },
})
