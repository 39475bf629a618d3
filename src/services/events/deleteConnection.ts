/**
 * Removes a connection. API destinations that use it are not called any more.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteConnection.html
 */
import { connectionView, findConnection } from './connection.ts'
import { operation } from './service.ts'

export const deleteConnection = operation('DeleteConnection', {
  action: 'events:DeleteConnection',
  touches: (look, { Name }) => findConnection(look, Name, 'delete'),

  run({ events }, { Name }, connection) {
    events.removeConnection(connection.shelf, Name)
    return { ...connectionView(connection), ConnectionState: 'DELETING' }
  },
})
