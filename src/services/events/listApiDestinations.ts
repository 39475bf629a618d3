/**
 * The API destinations of the account in this region, by name.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListApiDestinations.html
 */

import { namedArn } from '../../events/arns.ts'
import { eachOf } from '../operation.ts'
import { hereOf } from './bus.ts'
import { destinationView, settingsOf } from './destination.ts'
import { pageOf } from './page.ts'
import { operation } from './service.ts'

export const listApiDestinations = operation('ListApiDestinations', {
  action: 'events:ListApiDestinations',

  touches(look) {
    const shelf = hereOf(look)
    const arn = namedArn('api-destination', shelf, { name: '*', id: '*' })
    return { arn, account: shelf.account }
  },

  async run(rooms, input) {
    const { NamePrefix: prefix = '', ConnectionArn } = input
    const shelf = hereOf(rooms)
    const query = ['ListApiDestinations', prefix]
    const { items, NextToken } = await pageOf(rooms, query, input, (page) =>
      rooms.events.listDestinations(shelf, { prefix, ...page }),
    )
    const fit = items.filter(
      ({ connectionArn }) => ConnectionArn === undefined || connectionArn === ConnectionArn,
    )
    const ApiDestinations = eachOf(fit, (record) => ({
      ...destinationView(rooms, shelf, record),
      ...settingsOf(record),
    }))
    return { ApiDestinations, NextToken }
  },
})
