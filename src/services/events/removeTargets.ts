/**
 * Takes targets off a rule. What waits for them is not sent any more.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html
 */
import { findRule } from './rule.ts'
import { operation } from './service.ts'

export const removeTargets = operation('RemoveTargets', {
  action: 'events:RemoveTargets',
  touches: (look, { Rule, EventBusName }) => findRule(look, Rule, EventBusName),

  run({ events }, { Ids }, { shelf, record }) {
    const removed = new Set(Ids)
    const targets = record.targets.filter(({ id }) => !removed.has(id))
    events.putRule(shelf, record, { ...record, targets })
    return { FailedEntryCount: 0, FailedEntries: [] }
  },
})
