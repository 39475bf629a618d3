/**
 * The names of the rules of a bus that send events to a target.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html
 */
import { Absent } from '../operation.ts'
import { findBus } from './bus.ts'
import { pageOf } from './page.ts'
import { rulePlace } from './rule.ts'
import { operation } from './service.ts'

/** More rules than a bus may have. */
const examinedMax = 1000

export const listRuleNamesByTarget = operation('ListRuleNamesByTarget', {
  action: 'events:ListRuleNamesByTarget',

  touches(look, { EventBusName }) {
    const bus = findBus(look, EventBusName)
    const { arn } = rulePlace(look, '*', EventBusName)
    const { account } = bus
    return bus instanceof Absent
      ? new Absent({ arn, account, shown: arn }, bus.fault)
      : { arn, account }
  },

  async run(rooms, input) {
    const { TargetArn, EventBusName } = input
    const { shelf, bus } = rulePlace(rooms, '', EventBusName)
    const query = ['ListRuleNamesByTarget', bus, TargetArn]
    const { items, NextToken } = await pageOf(rooms, query, input, async ({ after, itemsMax }) => {
      const rules = await rooms.events.listRules(shelf, bus, { after, itemsMax: examinedMax })
      return rules
        .filter(({ targets }) => targets.some(({ arn }) => arn === TargetArn))
        .slice(0, itemsMax)
    })
    return { RuleNames: items.map(({ name }) => name), NextToken }
  },
})
