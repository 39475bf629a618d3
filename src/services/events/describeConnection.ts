/**
 * A connection, without anything that it proves by.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeConnection.html
 */
import { authView } from './auth.ts'
import { connectionView, findConnection } from './connection.ts'
import { operation } from './service.ts'

export const describeConnection = operation('DescribeConnection', {
  action: 'events:DescribeConnection',
  touches: (look, { Name }) => findConnection(look, Name),

  run: (_rooms, _input, connection) => ({
    ...connectionView(connection),
    Name: connection.record.name,
    Description: connection.record.description,
    AuthorizationType: connection.record.kind,
    AuthParameters: authView(connection.record.kind, connection.record.shown),
  }),
})
