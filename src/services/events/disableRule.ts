/**
 * Lets a rule rest until it is enabled again. What waits for its targets is still sent.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
 */
import { findRule, withState } from './rule.ts'
import { operation } from './service.ts'

export const disableRule = operation('DisableRule', {
  action: 'events:DisableRule',
  touches: (look, { Name, EventBusName }) => findRule(look, Name, EventBusName),

  run({ events, draws }, _input, { shelf, record }) {
    events.putRule(shelf, record, withState(record, 'DISABLED', draws.at))
    return {}
  },
})
