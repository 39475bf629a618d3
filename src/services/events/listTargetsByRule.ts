/**
 * The targets of a rule, in the order of their ids.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
 */
import { pageOf } from './page.ts'
import { findRule } from './rule.ts'
import { operation } from './service.ts'
import { targetView } from './target.ts'

export const listTargetsByRule = operation('ListTargetsByRule', {
  action: 'events:ListTargetsByRule',
  touches: (look, { Rule, EventBusName }) => findRule(look, Rule, EventBusName),

  async run(rooms, input, { arn, record }) {
    const named = record.targets
      .map((target) => ({ name: target.id, target }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const query = ['ListTargetsByRule', arn]
    const { items, NextToken } = await pageOf(rooms, query, input, async ({ after, itemsMax }) =>
      named.filter(({ name }) => name > (after?.[0] ?? '')).slice(0, itemsMax),
    )
    return { Targets: items.map(({ target }) => targetView(target)), NextToken }
  },
})
