/**
 * How API destinations are called: by an API key, a password, or tokens that a server gives out.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnection.html
 */
import { randomUUID } from 'node:crypto'
import { namedArn } from '../../events/arns.ts'
import { readAuth } from './auth.ts'
import { hereOf } from './bus.ts'
import { absentId, connectionType, connectionView } from './connection.ts'
import { fault, notOffered, operation } from './service.ts'

export const createConnection = operation('CreateConnection', {
  action: 'events:CreateConnection',

  touches(look, { Name: name }) {
    const shelf = hereOf(look)
    const arn = namedArn('connection', shelf, { name, id: absentId })
    return { arn, account: shelf.account, type: connectionType }
  },

  run(rooms, input) {
    const { events, connections, draws } = rooms
    const { Name: name, Description: description, AuthorizationType: kind } = input
    const shelf = hereOf(rooms)
    mustBeOfferedConnection(input)
    if (events.findConnection(shelf, name)) {
      throw fault('ResourceAlreadyExistsException', `Connection ${name} already exists.`)
    }
    const { shown, secrets } = readAuth(rooms, kind, input.AuthParameters)
    const id = draws.draw('connection id', () => randomUUID())
    const { at } = draws
    const sealed = connections.seal(shelf, id, secrets)
    const times = { createdAt: at, changedAt: at, authorizedAt: at }
    const record = { name, id, description, kind, shown, secrets: sealed, ...times }
    events.putConnection(shelf, record)
    const view = connectionView({ arn: namedArn('connection', shelf, record), record })
    const { LastAuthorizedTime: _untold, ...told } = view
    return told
  },
})

export function mustBeOfferedConnection(input: {
  readonly InvocationConnectivityParameters?: object | undefined
  readonly KmsKeyIdentifier?: string | undefined
}): void {
  if (input.InvocationConnectivityParameters) {
    throw notOffered(
      'InvocationConnectivityParameters',
      'private addresses are admitted by the operator, with --events-allow-private.',
    )
  }
  if (input.KmsKeyIdentifier) {
    throw notOffered('KmsKeyIdentifier', "connections are sealed under the store's own key.")
  }
}
