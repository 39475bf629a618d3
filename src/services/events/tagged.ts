/** What may have tags: rules and buses, by their ARNs. */
import type { Tag } from '../../events/records.ts'
import { parseArn } from '../../lib/arn.ts'
import type { ContextValue } from '../../policy/context.ts'
import { Absent } from '../operation.ts'
import { type Bus, findBus } from './bus.ts'
import { type Rule, ruleOfArn } from './rule.ts'
import { fault, type Look, type Rooms } from './service.ts'

export type Tagged = Rule | Bus

export function findTagged(
  look: Look,
  arn: string,
  asked: Readonly<Record<string, ContextValue>> = {},
): Tagged | Absent {
  const isBus = parseArn(arn)?.resource.startsWith('event-bus/')
  const found = isBus ? findBus(look, arn) : ruleOfArn(look, arn)
  if (!found) throw fault('ValidationException', 'Parameter ResourceARN is not valid.')
  if (found instanceof Absent) return found
  return { ...found, context: { ...asked, ...found.context } }
}

export function putTags(
  { events, draws }: Rooms,
  { shelf, record }: Tagged,
  tags: readonly Tag[],
): void {
  if ('bus' in record) events.putRule(shelf, record, { ...record, tags })
  else events.putBus(shelf, { ...record, tags, changedAt: draws.at })
}
