/**
 * The connections of the account in this region, by name.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListConnections.html
 */
import { namedArn } from '../../events/arns.ts'
import { hereOf } from './bus.ts'
import { connectionView, stateOf } from './connection.ts'
import { pageOf } from './page.ts'
import { operation } from './service.ts'

const listed = (shelf: ReturnType<typeof hereOf>) =>
  namedArn('connection', shelf, { name: '*', id: '*' })

export const listConnections = operation('ListConnections', {
  action: 'events:ListConnections',
  touches: (look) => ({ arn: listed(hereOf(look)), account: look.caller.account }),

  async run(rooms, input) {
    const { NamePrefix: prefix = '', ConnectionState: state } = input
    const shelf = hereOf(rooms)
    const query = ['ListConnections', prefix]
    const { items, NextToken } = await pageOf(rooms, query, input, (page) =>
      rooms.events.listConnections(shelf, { prefix, ...page }),
    )
    const fit = items.filter((record) => state === undefined || stateOf(record) === state)
    const Connections = fit.map((record) => ({
      ...connectionView({ arn: namedArn('connection', shelf, record), record }),
      ...{ Name: record.name, AuthorizationType: record.kind },
    }))
    return { Connections, NextToken }
  },
})
