/**
 * Sets targets of a rule; one of the same id is set anew as a whole.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
 */
import { mustBeReachable } from './pass.ts'
import { findRule } from './rule.ts'
import { fault, operation } from './service.ts'
import { tooMany } from './setting.ts'
import { readTarget } from './target.ts'

const targetsMax = 5

export const putTargets = operation('PutTargets', {
  action: 'events:PutTargets',

  touches(look, { Rule, EventBusName, Targets }) {
    const rule = findRule(look, Rule, EventBusName)
    const context = { ...rule.context, 'events:TargetArn': Targets.map(({ Arn }) => Arn) }
    return 'record' in rule ? { ...rule, context } : rule
  },

  run(rooms, { Targets }, { arn, shelf, record }) {
    const added = Targets.map((target) => readTarget(shelf, target))
    const ids = new Set(added.map(({ id }) => id))
    if (ids.size < added.length) {
      throw fault('ValidationException', 'Duplicate target Ids are not allowed.')
    }
    for (const target of added) mustBeReachable(rooms, shelf, arn, target)
    const targets = [...record.targets.filter(({ id }) => !ids.has(id)), ...added]
    if (targets.length > targetsMax) throw tooMany()
    rooms.events.putRule(shelf, record, { ...record, targets })
    return { FailedEntryCount: 0, FailedEntries: [] }
  },
})
