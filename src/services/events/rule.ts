/**
 * A rule as operations see it: found by its name and bus, or absent.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
 */
import { busArn, ruleArn } from '../../events/arns.ts'
import { defaultBus, type RuleRecord, type Shelf } from '../../events/records.ts'
import { readSchedule } from '../../events/schedule.ts'
import { parseArn } from '../../lib/arn.ts'
import type { ContextValue } from '../../policy/context.ts'
import { Absent, type Subject } from '../operation.ts'
import { absentBus, busPlace, hereOf } from './bus.ts'
import { fault, type Look, notOffered } from './service.ts'
import { tagContext } from './tags.ts'

export interface Rule extends Subject {
  readonly shelf: Shelf
  readonly record: RuleRecord
}

export const ruleType = 'AWS::Events::Rule'

/** Where a request's rule is, or would be. Throws for another account's bus. */
export function rulePlace(look: Look, name: string, busName?: string) {
  const { shelf, name: bus } = busPlace(look, busName)
  const here = hereOf(look)
  if (shelf.account !== here.account || shelf.region !== here.region) {
    throw notOffered('EventBusName', 'rules stand on buses of the caller and of this region.')
  }
  return { shelf, bus, name, arn: ruleArn(shelf, bus, name) }
}

export function findRule(
  look: Look,
  name: string,
  busName?: string,
  asked: Readonly<Record<string, ContextValue>> = {},
): Rule | Absent {
  const { shelf, bus, arn } = rulePlace(look, name, busName)
  const { account } = shelf
  const record = look.events.findRule(shelf, bus, name)
  const known = record && { ...asked, ...tagContext(record.tags) }
  if (record) return { arn, account, shelf, record, type: ruleType, context: known ?? {} }
  const isBus = bus === defaultBus || look.events.findBus(shelf, bus) !== undefined
  return new Absent(
    { arn, account, shown: arn, context: asked },
    isBus ? absentRule(name, bus) : absentBus(bus),
  )
}

const absentRule = (name: string, bus: string) =>
  fault('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`)

/** A rule by its ARN, as calls about tags name it; `undefined` for an ARN of something else. */
export function ruleOfArn(look: Look, arn: string): Rule | Absent | undefined {
  const { service, account = '', region = '', resource = '' } = parseArn(arn) ?? {}
  const [kind, ...path] = resource.split('/')
  const name = path.pop()
  if (service !== 'events' || kind !== 'rule' || !name) return undefined
  const bus = path.length === 0 ? defaultBus : path.join('/')
  return findRule(look, name, busArn({ account, region } as Shelf, bus))
}

/** When a schedule comes round first; absent without one, and while the rule is disabled. */
export function nextOf({ schedule, state }: RuleRecord, at: number) {
  if (schedule === undefined || state === 'DISABLED') return undefined
  return readSchedule(schedule)?.next(at, at)
}

/** The rule with another state: it begins anew, or rests. */
export function withState(record: RuleRecord, state: RuleRecord['state'], at: number): RuleRecord {
  const { nextAt: _before, ...rest } = record
  const changed = { ...rest, state }
  return { ...changed, nextAt: nextOf(changed, at) }
}

export const ruleView = (shelf: Shelf, record: RuleRecord) => ({
  Name: record.name,
  Arn: ruleArn(shelf, record.bus, record.name),
  EventPattern: record.pattern,
  ScheduleExpression: record.schedule,
  State: record.state,
  Description: record.description,
  RoleArn: record.roleArn,
  EventBusName: record.bus,
})
