/**
 * The operators of a leaf, by name. `exists` is not among them: it is about values that are not there.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import type { Json } from '../../lib/json.ts'
import { readAnythingBut } from './anything-but.ts'
import { readCidr } from './cidr.ts'
import { InvalidPattern } from './invalid.ts'
import type { ReadTest, Test } from './leaf.ts'
import { readNumeric } from './numeric.ts'
import { readWildcard } from './wildcard.ts'

export const existence = 'exists'

function mustBeText(name: string, operand: Json): string {
  if (typeof operand === 'string') return operand
  throw new InvalidPattern(`${name} match pattern must be a string`)
}

const ofTexts =
  (holds: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && holds(value)

const lower = (text: string): string => text.toLowerCase()

/** The beginning or end of a text, in its own letters or in any case. */
function affix(name: string, holds: (value: string, text: string) => boolean): ReadTest {
  return (operand) => {
    if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) {
      const text = mustBeText(name, operand)
      return ofTexts((value) => holds(value, text))
    }
    const [[inner = '', ignored = null] = []] = Object.entries(operand)
    if (inner !== ignoringCase) throw new InvalidPattern(`Unsupported ${name} pattern: ${inner}`)
    const text = lower(mustBeText(inner, ignored))
    return ofTexts((value) => holds(lower(value), text))
  }
}

const ignoringCase = 'equals-ignore-case'

export const operators: ReadonlyMap<string, ReadTest> = new Map<string, ReadTest>([
  ['anything-but', readAnythingBut],
  // AWS names another operator here, and so do we.
  ['cidr', (operand) => readCidr(mustBeText('prefix', operand))],
  [
    ignoringCase,
    (operand) => {
      const text = lower(mustBeText(ignoringCase, operand))
      return ofTexts((value) => lower(value) === text)
    },
  ],
  ['numeric', readNumeric],
  ['prefix', affix('prefix', (value, text) => value.startsWith(text))],
  ['suffix', affix('suffix', (value, text) => value.endsWith(text))],
  ['wildcard', (operand) => ofTexts(readWildcard(mustBeText('wildcard', operand)))],
])
