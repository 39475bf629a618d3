/**
 * Makes a rule, or sets one anew as a whole: what is left out is gone. Its targets and tags stay.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
import { defaultBus } from '../../events/records.ts'
import { absentBus } from './bus.ts'
import { mustBePassable } from './pass.ts'
import { findRule, nextOf, rulePlace, ruleType } from './rule.ts'
import { operation } from './service.ts'
import { mustBeFitRule, mustHaveRoom } from './setting.ts'
import { askedContext, mustBeSameTags, withTags } from './tags.ts'

export const putRule = operation('PutRule', {
  action: 'events:PutRule',

  touches(look, { Name, EventBusName, Tags }) {
    const asked = askedContext(Tags)
    const found = findRule(look, Name, EventBusName, asked)
    if ('record' in found) return found
    return { arn: found.arn, account: found.account, type: ruleType, context: asked }
  },

  async run(rooms, input) {
    const { events, caller, draws, refusal } = rooms
    const { shelf, bus, name, arn } = rulePlace(rooms, input.Name, input.EventBusName)
    if (bus !== defaultBus && !events.findBus(shelf, bus)) throw absentBus(bus)
    mustBeFitRule(input, bus)
    if (input.RoleArn !== undefined) mustBePassable(refusal, shelf, arn, input.RoleArn)
    const before = events.findRule(shelf, bus, name)
    if (before && input.Tags) mustBeSameTags(before.tags, input.Tags)
    if (!before) await mustHaveRoom(rooms, shelf, bus)
    const rule = {
      ...{ name, bus, description: input.Description, roleArn: input.RoleArn },
      ...{ pattern: input.EventPattern, schedule: input.ScheduleExpression },
      state: input.State ?? 'ENABLED',
      tags: before?.tags ?? withTags([], input.Tags ?? []),
      createdBy: before?.createdBy ?? caller.account,
      createdAt: before?.createdAt ?? draws.at,
      targets: before?.targets ?? [],
    }
    events.putRule(shelf, before, { ...rule, nextAt: nextOf(rule, draws.at) })
    return { RuleArn: arn }
  },
})
