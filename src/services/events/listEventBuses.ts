/**
 * The buses of the account in this region, the default one among them.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListEventBuses.html
 */
import { busArn } from '../../events/arns.ts'
import { defaultBus } from '../../events/records.ts'
import { busView, findBus, hereOf } from './bus.ts'
import { pageOf } from './page.ts'
import { operation } from './service.ts'

/** More buses than a region may have. */
const examinedMax = 1000

export const listEventBuses = operation('ListEventBuses', {
  action: 'events:ListEventBuses',
  touches: (look) => ({ arn: busArn(hereOf(look), '*'), account: look.caller.account }),

  async run(rooms, input) {
    const { NamePrefix: prefix = '' } = input
    const shelf = hereOf(rooms)
    const own = findBus(rooms, defaultBus)
    const query = ['ListEventBuses', prefix]
    const { items, NextToken } = await pageOf(rooms, query, input, async ({ after, itemsMax }) => {
      const kept = await rooms.events.listBuses(shelf, { itemsMax: examinedMax })
      const all = kept.filter(({ name }) => name !== defaultBus)
      if ('record' in own) all.push(own.record)
      return all
        .filter(({ name }) => name.startsWith(prefix) && name > (after?.[0] ?? ''))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, itemsMax)
    })
    const views = items.map((record) => busView({ arn: busArn(shelf, record.name), record }))
    return { EventBuses: views, NextToken }
  },
})
