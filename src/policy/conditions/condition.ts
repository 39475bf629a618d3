/**
 * One condition: a key of the request against values of the policy. Values of the policy are OR-ed
 * (NOR-ed by a negated operator); a missing key is false, but true to a negated operator, to
 * `IfExists` and to `ForAllValues`.
 *
 * What cannot be evaluated — an operator we do not know, a value of the wrong type — makes a Deny
 * apply and an Allow not. The same caution holds where AWS leaves the meaning open: an operator
 * without set qualifier on a key with several values needs all of them to allow, one of them to deny.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
import type { Context, ContextValue } from '../context.ts'
import { foldAscii } from '../fold.ts'
import { charge, type Meter } from '../pattern.ts'
import type { Condition, Effect } from '../statement.ts'
import type { Operator, Test } from './operator.ts'
import { operators } from './table.ts'

export interface CompiledCondition {
  /** As the policy writes them, to explain with. */
  readonly operator: string
  readonly key: string
  holds(context: Context, meter: Meter): boolean
}

interface ParsedOperator {
  readonly operator: Operator
  readonly quantifier: 'all' | 'any' | undefined
  readonly ifExists: boolean
}

const qualifiers = [
  ['ForAllValues:', 'all'],
  ['ForAnyValue:', 'any'],
] as const
const existsSuffix = 'IfExists'

/** The parts of an operator's name, `undefined` if there is no such operator. */
export function parseOperator(text: string): ParsedOperator | undefined {
  const qualifier = qualifiers.find(([prefix]) => text.startsWith(prefix))
  const bare = qualifier ? text.slice(qualifier[0].length) : text
  const ifExists = bare.endsWith(existsSuffix)
  const operator = operators.get(ifExists ? bare.slice(0, -existsSuffix.length) : bare)
  if (!operator || (operator.asksAbsence && (qualifier || ifExists))) return undefined
  return { operator, quantifier: qualifier?.[1], ifExists }
}

export function compileCondition(
  condition: Condition,
  effect: Effect,
  variables: boolean,
): CompiledCondition {
  const { operator, key } = condition
  const parsed = parseOperator(operator)
  const unsure = effect === 'Deny'
  if (!parsed) return { operator, key, holds: () => unsure }
  const tests = condition.values.map(
    (value) => parsed.operator.compile(value, variables) ?? unknown,
  )
  const one: Judge = judgeOf(tests, parsed.operator.negated, unsure)
  const quantified = quantify(parsed.quantifier ?? (unsure ? 'any' : 'all'))
  const absent = whenAbsent(parsed, condition.values, unsure)
  const folded = foldAscii(key)
  const emptyHolds = parsed.quantifier === 'all' // AWS: to ForAllValues, empty text is no value
  return {
    operator,
    key,
    holds(context, meter) {
      const value = context.get(folded)
      if (value === undefined || (value !== '' && value.length === 0)) return absent
      if (typeof value !== 'string') return quantified(value, one, context, meter)
      return (value === '' && emptyHolds) || one(value, context, meter)
    },
  }
}

type Judge = (value: string, context: Context, meter: Meter) => boolean

const unknown: Test = () => undefined

function judgeOf(tests: readonly Test[], negated: boolean, unsure: boolean): Judge {
  return (value, context, meter) => {
    let known = true
    for (const test of tests) {
      charge(meter, value.length) // each test may read the whole value
      const matches = test(value, context, meter)
      if (matches) return !negated
      if (matches === undefined) known = false
    }
    return known ? negated : unsure
  }
}

type Quantified = (
  values: Exclude<ContextValue, string>,
  one: Judge,
  context: Context,
  meter: Meter,
) => boolean

const quantify = (quantifier: 'all' | 'any'): Quantified =>
  quantifier === 'all'
    ? (values, one, context, meter) => values.every((value) => one(value, context, meter))
    : (values, one, context, meter) => values.some((value) => one(value, context, meter))

function whenAbsent(
  { operator, quantifier, ifExists }: ParsedOperator,
  values: readonly string[],
  unsure: boolean,
): boolean {
  if (operator.asksAbsence) return absenceAsked(operator, values, unsure)
  if (ifExists || quantifier === 'all') return true
  return quantifier === 'any' ? false : operator.negated
}

/** Null's test answers for a present key; for an absent one the answer is the opposite. */
function absenceAsked(operator: Operator, values: readonly string[], unsure: boolean): boolean {
  const tests = values.map((value) => operator.compile(value, false))
  if (tests.some((test) => test && !test('', noContext, noMeter))) return true
  return tests.includes(undefined) ? unsure : false
}

const noContext: Context = new Map()
const noMeter: Meter = { stepsLeft: 0 }
