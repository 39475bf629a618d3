/**
 * What is not any of these: holds for a value of another type, and never for one that is not there.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-anything-but
 */
import type { Json, JsonObject } from '../../lib/json.ts'
import { InvalidPattern } from './invalid.ts'
import type { Scalar, Test } from './leaf.ts'
import { readWildcard } from './wildcard.ts'

/** Throws InvalidPattern. */
export function readAnythingBut(operand: Json): Test {
  if (Array.isArray(operand)) return noneOf(operand)
  if (typeof operand === 'string' || typeof operand === 'number') return noneOf([operand])
  if (typeof operand === 'object' && operand !== null) return readNested(operand)
  throw badValue()
}

const badValue = () =>
  new InvalidPattern('Value of anything-but must be an array or single string/number value.')

function noneOf(list: readonly Json[]): Test {
  if (list.length === 0) throw new InvalidPattern('Empty arrays are not allowed')
  const kinds = new Set(list.map((each) => typeof each))
  if (list.some((each) => typeof each !== 'string' && typeof each !== 'number')) {
    throw new InvalidPattern('Inside anything but list, start|null|boolean is not supported.')
  }
  if (kinds.size > 1) {
    throw new InvalidPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    )
  }
  const excluded: ReadonlySet<unknown> = new Set(list)
  return (value: Scalar) => !excluded.has(value)
}

type ReadOne = (text: string) => (value: string) => boolean

const affix =
  (holds: (value: string, text: string) => boolean): ReadOne =>
  (text) => {
    if (text === '') throw new InvalidPattern('Null prefix/suffix not allowed')
    return (value) => holds(value, text)
  }

const notIgnoring =
  'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.'
const notAffix = 'prefix/suffix match pattern must be a string'

/** By name, with what AWS says of an operand that is no text. */
const nested: ReadonlyMap<string, readonly [read: ReadOne, notText: string]> = new Map([
  ['prefix', [affix((value, text) => value.startsWith(text)), notAffix]],
  ['suffix', [affix((value, text) => value.endsWith(text)), notAffix]],
  ['wildcard', [readWildcard, 'wildcard match pattern must be a string']],
  [
    'equals-ignore-case',
    [(text: string) => (value: string) => value.toLowerCase() === text.toLowerCase(), notIgnoring],
  ],
])

function readNested(operand: JsonObject): Test {
  const [[name = '', inner] = []] = Object.entries(operand)
  const row = nested.get(name)
  if (!row || inner === undefined) {
    throw new InvalidPattern(`Unsupported anything-but pattern: ${name.slice(0, 40)}`)
  }
  const [read, notText] = row
  const list = Array.isArray(inner) ? inner : [inner]
  if (list.length === 0) throw new InvalidPattern('Empty arrays are not allowed')
  if (!Array.isArray(inner) && typeof inner === 'object' && inner !== null) throw badValue()
  const excluded = list.map((each) => {
    if (typeof each !== 'string') throw new InvalidPattern(notText)
    return read(each)
  })
  return (value) => typeof value !== 'string' || !excluded.some((holds) => holds(value))
}
