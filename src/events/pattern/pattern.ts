/**
 * Event patterns: compiled once, then asked of each event. One function answers TestEventPattern and
 * decides what rules get.
 *
 * A key with dots is the same as keys inside each other. Of an event's array one element must hold for
 * all that a pattern says below it. What stands below `exists: false` is looked for in the whole event.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
import { type Json, JsonError, type JsonObject, parseJson } from '../../lib/json.ts'
import { InvalidPattern } from './invalid.ts'
import { isScalar, type Scalar, type Test } from './leaf.ts'
import { existence, operators } from './operators.ts'
import { hasLeaf, isObject, leavesAt, nested } from './tree.ts'

export interface Pattern {
  matches(event: EventTree): boolean
}

/** An event, made ready once for however many patterns are asked about it. */
export interface EventTree {
  readonly root: unknown
}

/** @param event as JSON.parse gives it */
export const eventTree = (event: unknown): EventTree => ({ root: nested(event) })

/** Throws InvalidPattern. */
export function compilePattern(text: string): Pattern {
  const root = readNode(parsed(text), [])
  return { matches: (event) => holds(root, event.root, event.root) }
}

function parsed(text: string): JsonObject {
  try {
    const json = parseJson(text)
    if (isObject(json)) return json
  } catch (thrown) {
    if (!(thrown instanceof JsonError)) throw thrown
    throw new InvalidPattern(`the pattern is ${thrown.message}`)
  }
  throw new InvalidPattern('Filter is not an object')
}

interface Node {
  readonly leaves: readonly Leaf[]
  readonly inner: readonly { readonly key: string; readonly node: Node }[]
  /** Of each of these, one alternative must hold. */
  readonly choices: readonly (readonly Node[])[]
}

interface Leaf {
  readonly key: string
  readonly path: readonly string[]
  readonly tests: readonly Test[]
  /** Holds, too, where nothing is at this path. */
  readonly takesAbsence: boolean
}

function readNode(source: JsonObject, path: readonly string[]): Node {
  const entries = Object.entries(source)
  if (entries.length === 0) throw new InvalidPattern('Empty objects are not allowed')
  const leaves: Leaf[] = []
  const inner: { key: string; node: Node }[] = []
  const choices: Node[][] = []
  for (const [name, value] of entries) {
    if (name === '$or' && isChoice(value)) {
      choices.push(value.map((each) => readNode(each, path)))
      continue
    }
    const [key = '', ...rest] = name.split('.')
    const below = [...path, key]
    if (rest.length > 0) {
      inner.push({ key, node: readNode({ [rest.join('.')]: value }, below) })
    } else if (Array.isArray(value)) leaves.push(readLeaf(key, below, value))
    else if (isObject(value)) inner.push({ key, node: readNode(value, below) })
    else throw new InvalidPattern(`"${name}" must be an object or an array`)
  }
  return { leaves, inner, choices }
}

/** An array under `$or` is no choice but a leaf where its objects hold operators. */
function isChoice(value: Json | undefined): value is JsonObject[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) return false
  const isOperator = (key: string) => key === existence || operators.has(key)
  return !value.some((each) => Object.keys(each).some(isOperator))
}

function readLeaf(key: string, path: readonly string[], items: readonly Json[]): Leaf {
  if (items.length === 0) throw new InvalidPattern('Empty arrays are not allowed')
  const tests: Test[] = []
  let takesAbsence = false
  for (const item of items) {
    if (isScalar(item)) tests.push((value) => value === item)
    else if (!isObject(item)) throw notItem()
    else {
      const [[name = '', operand = null] = []] = Object.entries(item)
      if (name !== existence) tests.push(readOperator(name, operand))
      else if (operand === true) tests.push(() => true)
      else if (operand === false) takesAbsence = true
      else throw new InvalidPattern('exists match pattern must be either true or false.')
    }
  }
  return { key, path, tests, takesAbsence }
}

const notItem = () => new InvalidPattern('Match value must be String, number, true, false, or null')

function readOperator(name: string, operand: Json): Test {
  const read = operators.get(name)
  if (!read) throw new InvalidPattern(`Unrecognized match type ${name.slice(0, 40)}`)
  return read(operand)
}

function holds(node: Node, value: unknown, event: unknown): boolean {
  if (Array.isArray(value) && value.length > 0) {
    return value.some((element) => holds(node, element, event))
  }
  const here = isObject(value) ? value : {}
  return (
    node.leaves.every((leaf) => leafHolds(leaf, here, event)) &&
    node.inner.every(({ key, node: below }) => holds(below, ownOf(here, key), event)) &&
    node.choices.every((choice) => choice.some((each) => holds(each, here, event)))
  )
}

function leafHolds({ key, path, tests, takesAbsence }: Leaf, here: object, event: unknown) {
  const values: Scalar[] = leavesAt(ownOf(here, key))
  if (values.some((value) => tests.some((test) => test(value)))) return true
  return takesAbsence && !hasLeaf(event, path)
}

const ownOf = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
