/**
 * Removes a rule that has no targets any more. One that is not there is no failure.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
 */
import { rulePlace, ruleType } from './rule.ts'
import { fault, operation } from './service.ts'

export const deleteRule = operation('DeleteRule', {
  action: 'events:DeleteRule',

  touches(look, { Name, EventBusName }) {
    const { arn, shelf } = rulePlace(look, Name, EventBusName)
    return { arn, account: shelf.account, type: ruleType }
  },

  run(rooms, { Name, EventBusName }) {
    const { shelf, bus } = rulePlace(rooms, Name, EventBusName)
    const rule = rooms.events.findRule(shelf, bus, Name)
    if (!rule) return {}
    if (rule.targets.length > 0) {
      throw fault('ValidationException', "Rule can't be deleted since it has targets.")
    }
    rooms.events.removeRule(shelf, rule)
    return {}
  },
})
