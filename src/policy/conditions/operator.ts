/**
 * What a condition operator is: how it reads a value of the policy, and how it compares it with one
 * value of the request. How several values, missing keys, `IfExists` and set qualifiers combine is
 * the same for all and stands in `condition.ts`.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import type { Context } from '../context.ts'
import type { Meter } from '../pattern.ts'

/** True or false; `undefined` if the request's value is not of the operator's type. */
export type Test = (value: string, context: Context, meter: Meter) => boolean | undefined

export interface Operator {
  /** `…Not…`: true unless a value matches, and true when the key is missing. */
  readonly negated: boolean
  /** Null, the only one that asks about absence: neither `IfExists` nor a set qualifier fits it. */
  readonly asksAbsence?: true
  /** Reads one value of the policy; `undefined` if the operator cannot compare with such a value. */
  compile(value: string, variables: boolean): Test | undefined
}

export type OperatorRow = readonly [name: string, operator: Operator]

/** An operator and its negation. */
export function pairOf(
  name: string,
  negation: string,
  compile: Operator['compile'],
): OperatorRow[] {
  return [
    [name, { negated: false, compile }],
    [negation, { negated: true, compile }],
  ]
}

/** The six comparisons of an ordered type, made from how to read it. */
export function ordered(type: string, parse: (text: string) => number | undefined): OperatorRow[] {
  const comparing = (holds: (asked: number, limit: number) => boolean): Operator['compile'] => {
    return (text) => {
      const limit = parse(text)
      if (limit === undefined) return undefined
      return (value) => {
        const asked = parse(value)
        return asked === undefined ? undefined : holds(asked, limit)
      }
    }
  }
  const row = (name: string, holds: (asked: number, limit: number) => boolean): OperatorRow => [
    `${type}${name}`,
    { negated: false, compile: comparing(holds) },
  ]
  return [
    ...pairOf(
      `${type}Equals`,
      `${type}NotEquals`,
      comparing((asked, limit) => asked === limit),
    ),
    row('LessThan', (asked, limit) => asked < limit),
    row('LessThanEquals', (asked, limit) => asked <= limit),
    row('GreaterThan', (asked, limit) => asked > limit),
    row('GreaterThanEquals', (asked, limit) => asked >= limit),
  ]
}
