/**
 * One rule, without its targets.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
 */
import { findRule, ruleView } from './rule.ts'
import { operation } from './service.ts'

export const describeRule = operation('DescribeRule', {
  action: 'events:DescribeRule',
  touches: (look, { Name, EventBusName }) => findRule(look, Name, EventBusName),
  run: (_rooms, _input, { shelf, record }) => ({
    ...ruleView(shelf, record),
    CreatedBy: record.createdBy,
  }),
})
