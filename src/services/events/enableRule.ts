/**
 * Lets a rule send events again; its schedule begins anew.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html
 */
import { findRule, withState } from './rule.ts'
import { operation } from './service.ts'

export const enableRule = operation('EnableRule', {
  action: 'events:EnableRule',
  touches: (look, { Name, EventBusName }) => findRule(look, Name, EventBusName),

  run({ events, draws }, _input, { shelf, record }) {
    events.putRule(shelf, record, withState(record, 'ENABLED', draws.at))
    return {}
  },
})
