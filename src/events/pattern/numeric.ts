/**
 * Numeric comparison: `["<", 10]`, `["=", 3]`, or a range with its lower bound first.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching
 */
import type { Json } from '../../lib/json.ts'
import { InvalidPattern } from './invalid.ts'
import type { Test } from './leaf.ts'

const valueMax = 5e9

type Compare = (value: number, bound: number) => boolean

const operators: ReadonlyMap<unknown, Compare> = new Map<unknown, Compare>([
  ['=', (value, bound) => value === bound],
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
])

/** Throws InvalidPattern. */
export function readNumeric(operand: Json): Test {
  if (!Array.isArray(operand)) throw new InvalidPattern('Value of numeric must be an array.')
  if (operand.length === 0) throw new InvalidPattern('Invalid member in numeric match: ]')
  const [name, bound, upperName, upperBound, ...more] = operand
  const first = readBound(name, bound)
  if (operand.length === 2) return test([first])
  if (!/^>=?$/.test(String(name)) || !/^<=?$/.test(String(upperName))) {
    throw new InvalidPattern(`Bad numeric range operator: ${shown(upperName)}`)
  }
  const second = readBound(upperName, upperBound)
  if (more.length > 0) throw new InvalidPattern('Too many terms in numeric range expression')
  if (first.bound >= second.bound) throw new InvalidPattern('Bottom must be less than top')
  return test([first, second])
}

interface Bound {
  readonly holds: Compare
  readonly bound: number
}

const test =
  (bounds: readonly Bound[]): Test =>
  (value) =>
    typeof value === 'number' && bounds.every(({ holds, bound }) => holds(value, bound))

function readBound(name: Json | undefined, bound: Json | undefined): Bound {
  const holds = operators.get(name)
  if (!holds) throw new InvalidPattern(`Unrecognized numeric range operator: ${shown(name)}`)
  if (typeof bound !== 'number') {
    throw new InvalidPattern(`Value of ${name === '=' ? 'equals' : name} must be numeric`)
  }
  if (Math.abs(bound) > valueMax) {
    throw new InvalidPattern('Value must be between -5.0E9 and 5.0E9, inclusive')
  }
  return { holds, bound }
}

const shown = (name: Json | undefined): string =>
  typeof name === 'string' ? name.slice(0, 20) : String(typeof name)
