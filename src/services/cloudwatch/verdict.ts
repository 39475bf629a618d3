/**
 * What state an alarm should be in, from the values of its latest periods. Whole periods are looked at;
 * the one that is not over yet only where it breaches already and no further value can undo that, so
 * that an incident is told at once and not a period later.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
import type { ComparisonOperator, StateValue } from '../../contract/generated/cloudwatch.ts'
import { secondMs } from '../../lib/clock.ts'
import type { Values } from './math.ts'
import type { AlarmRecord } from './records.ts'

export interface Verdict {
  readonly value: StateValue
  readonly reason: string
  /** JSON. */
  readonly data: string
}

type Rule = Pick<AlarmRecord, 'comparison' | 'threshold' | 'periods' | 'breaching' | 'missing'>

export interface Facts {
  readonly values: Values
  /** Of one period. */
  readonly seconds: number
  readonly now: number
  /** Whether more measurements can only raise a value. */
  readonly onlyGrows: boolean
  /** `Sum`, for the reason's data; absent for an expression. */
  readonly statistic?: string | undefined
}

/** Values may come late: as many periods more are looked at. */
export const lateMax = 2

interface Comparison {
  readonly holds: (value: number, threshold: number) => boolean
  readonly words: string
  readonly isUpward: boolean
}

export const comparisons: ReadonlyMap<ComparisonOperator, Comparison> = new Map<
  ComparisonOperator,
  Comparison
>([
  [
    'GreaterThanThreshold',
    { holds: (value, bound) => value > bound, words: 'greater than', isUpward: true },
  ],
  [
    'GreaterThanOrEqualToThreshold',
    { holds: (value, bound) => value >= bound, words: 'greater than or equal to', isUpward: true },
  ],
  [
    'LessThanThreshold',
    { holds: (value, bound) => value < bound, words: 'less than', isUpward: false },
  ],
  [
    'LessThanOrEqualToThreshold',
    { holds: (value, bound) => value <= bound, words: 'less than or equal to', isUpward: false },
  ],
])

/** `undefined` where the alarm stays as it is. */
export function verdictOn(rule: Rule, facts: Facts): Verdict | undefined {
  const periodMs = facts.seconds * secondMs
  const current = Math.floor(facts.now / periodMs) * periodMs
  const now = facts.values.get(current)
  const isEarly = facts.onlyGrows && breaches(rule, now) && comparisonOf(rule).isUpward
  const newest = isEarly ? current : current - periodMs
  const found: Found[] = []
  for (let back = 0; back < rule.periods + lateMax && found.length < rule.periods; back++) {
    const at = newest - back * periodMs
    const value = facts.values.get(at)
    if (value !== undefined) found.push({ at, value })
  }
  const value = stateOf(rule, found)
  if (value === undefined) return undefined
  return {
    value,
    reason: reasonFor(rule, value, found),
    data: dataOf(rule, facts, found, newest),
  }
}

interface Found {
  readonly at: number
  readonly value: number
}

const comparisonOf = ({ comparison }: Rule): Comparison => comparisons.get(comparison) as Comparison

const breaches = (rule: Rule, value: number | undefined): boolean =>
  value !== undefined && comparisonOf(rule).holds(value, rule.threshold)

const neededOf = ({ breaching, periods }: Rule): number => breaching ?? periods

/** What is missing is filled in as the alarm wants it, behind what is there. */
function stateOf(rule: Rule, found: readonly Found[]): StateValue | undefined {
  const count = found.filter(({ value }) => breaches(rule, value)).length
  const isAll = count === found.length
  const gap = rule.periods - found.length
  const needed = neededOf(rule)
  if (rule.missing === 'breaching') return count + gap >= needed ? 'ALARM' : 'OK'
  if (count >= needed) return 'ALARM'
  if (rule.missing === 'notBreaching') return 'OK'
  if (rule.missing === 'ignore') return isAll ? undefined : 'OK'
  if (found.length === 0) return 'INSUFFICIENT_DATA'
  return isAll ? 'ALARM' : 'OK'
}

function reasonFor(rule: Rule, value: StateValue, found: readonly Found[]): string {
  const { periods, threshold } = rule
  const points = (count: number) => `${count} datapoint${count === 1 ? '' : 's'}`
  if (value === 'INSUFFICIENT_DATA' || found.length === 0) {
    const were = periods === 1 ? 'was' : 'were'
    const start = value === 'INSUFFICIENT_DATA' ? 'Insufficient Data' : 'Threshold Crossed'
    const end = value === 'INSUFFICIENT_DATA' ? '' : ` and ${treated(rule)}`
    return `${start}: ${points(periods)} ${were} unknown${end}.`
  }
  const isAlarm = value === 'ALARM'
  const telling = found.filter((each) => breaches(rule, each.value) === isAlarm)
  const shown = telling.slice(0, 3).map((each) => `${printed(each.value)} (${dated(each.at)})`)
  const { words } = comparisonOf(rule)
  const not = isAlarm ? '' : 'not '
  const was = telling.length === 1 ? 'was' : 'were'
  const minimum = isAlarm ? neededOf(rule) : periods - neededOf(rule) + 1
  const way = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK'
  return `Threshold Crossed: ${telling.length} out of the last ${found.length} datapoints [${shown.join(', ')}] ${was} ${not}${words} the threshold (${printed(threshold)}) (minimum ${points(minimum)} for ${way} transition).`
}

const treated = ({ missing }: Rule): string =>
  missing === 'breaching' ? 'treated as [Breaching]' : 'treated as [NonBreaching]'

/** A whole number with its point, as AWS prints one. */
const printed = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : String(value)

/** `22/11/26 05:40:00` */
const dated = (at: number): string => {
  const [, year, month, day, time] = /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]{8})/.exec(isoOf(at)) ?? []
  return `${day}/${month}/${year} ${time}`
}

const isoOf = (at: number): string => new Date(at).toISOString()

const awsInstant = (at: number): string => isoOf(at).replace('Z', '+0000')

function dataOf(rule: Rule, facts: Facts, found: readonly Found[], newest: number): string {
  const oldest = newest - (rule.periods - 1) * facts.seconds * secondMs
  const inOrder = found.toReversed()
  return JSON.stringify({
    version: '1.0',
    queryDate: awsInstant(facts.now),
    startDate: awsInstant(found.at(-1)?.at ?? oldest),
    statistic: facts.statistic,
    period: facts.seconds,
    recentDatapoints: inOrder.slice(-10).map(({ value }) => value),
    threshold: rule.threshold,
    evaluatedDatapoints: found
      .slice(0, 10)
      .map(({ at, value }) => ({ timestamp: awsInstant(at), value })),
  })
}
