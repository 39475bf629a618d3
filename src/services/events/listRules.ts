/**
 * The rules of a bus, by name.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html
 */
import { Absent } from '../operation.ts'
import { findBus } from './bus.ts'
import { pageOf } from './page.ts'
import { rulePlace, ruleView } from './rule.ts'
import { operation } from './service.ts'

export const listRules = operation('ListRules', {
  action: 'events:ListRules',

  touches(look, { EventBusName }) {
    const bus = findBus(look, EventBusName)
    const { arn } = rulePlace(look, '*', EventBusName)
    const { account } = bus
    return bus instanceof Absent
      ? new Absent({ arn, account, shown: arn }, bus.fault)
      : { arn, account }
  },

  async run(rooms, input) {
    const { NamePrefix: prefix = '', EventBusName } = input
    const { shelf, bus } = rulePlace(rooms, '', EventBusName)
    const { items, NextToken } = await pageOf(rooms, ['ListRules', bus, prefix], input, (page) =>
      rooms.events.listRules(shelf, bus, { prefix, ...page }),
    )
    return { Rules: items.map((rule) => ruleView(shelf, rule)), NextToken }
  },
})
