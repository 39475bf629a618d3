/**
 * A form's tree becomes the contract's types, as types.ts does for JSON: only known members, fresh
 * objects, SerializationException for anything that is not plainly of its type.
 *
 * Lists are `Tags.member.1`, counted from 1 without a gap; maps `entry.1.key` and `entry.1.value`.
 *
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#query-key-resolution
 */
import { parseBase64 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import type { FormNode } from './form.ts'
import type { ListPlan, MapPlan, Plan, ScalarPlan, StructurePlan } from './plan.ts'
import type { Structure } from './protocol.ts'
import { isInteger, isLong, parseInstant } from './types.ts'

/** The members of a structure that the form has. */
export function readParameters(node: FormNode, { members }: StructurePlan): Structure {
  const structure: Structure = {}
  for (const { name, element, plan } of members) {
    const branch = node.branches.get(element)
    if (branch) structure[name] = readNode(branch, plan)
  }
  return structure
}

function readNode(node: FormNode, plan: Plan): unknown {
  if (plan.type === 'structure') return readParameters(bare(node), plan)
  if (plan.type === 'list') return readList(bare(node), plan)
  if (plan.type === 'map') return readMap(bare(node), plan)
  if (node.branches.size > 0) throw new Fault('SerializationException', unexpectedStart)
  return readText(node.text ?? '', plan)
}

const unexpectedStart = 'Start of structure or map found where not expected.'

/** A branch of which the form has only the name, `Tags=`, is empty; any text in it is a mistake. */
function bare(node: FormNode): FormNode {
  if (node.text) throw new Fault('SerializationException', 'Unexpected value of a complex member')
  return node
}

function readList(node: FormNode, { item, itemElement }: ListPlan): unknown[] {
  return numbered(node, itemElement).map((branch) => readNode(branch, item))
}

function readMap(node: FormNode, plan: MapPlan): Structure {
  const map: Structure = Object.create(null)
  for (const { branches } of numbered(node, plan.isFlat ? undefined : 'entry')) {
    const key = branches.get(plan.keyElement)?.text
    const value = branches.get(plan.itemElement)
    if (key === undefined || !value) throw misnumbered()
    if (key in map) throw new Fault('SerializationException', 'A map key occurs twice')
    map[key] = readNode(value, plan.item)
  }
  return map
}

/** The branches 1 to n, below an element or at once. */
function numbered(node: FormNode, element: string | undefined): FormNode[] {
  const parent = element === undefined ? node : node.branches.get(element)
  if (!parent) {
    if (node.branches.size > 0) throw misnumbered()
    return []
  }
  return Array.from({ length: parent.branches.size }, (_, index) => {
    const branch = parent.branches.get(String(index + 1))
    if (!branch) throw misnumbered()
    return branch
  })
}

const misnumbered = () =>
  new Fault('SerializationException', 'The members of a list are numbered from 1')

interface TextReader {
  readonly read: (text: string) => unknown
  readonly refusal: string
}

const readers: Readonly<Record<ScalarPlan['type'], TextReader>> = {
  string: { read: (text) => text, refusal: unconvertible('a String') },
  boolean: { read: (text) => booleans.get(text), refusal: unconvertible('a Boolean') },
  integer: { read: (text) => wholeNumber(text, isInteger), refusal: unconvertible('an Integer') },
  long: { read: (text) => wholeNumber(text, isLong), refusal: unconvertible('a Long') },
  float: { read: decimalNumber, refusal: unconvertible('a Float') },
  double: { read: decimalNumber, refusal: unconvertible('a Double') },
  timestamp: { read: parseInstant, refusal: 'timestamp must follow ISO8601' },
  blob: { read: parseBase64, refusal: unconvertible('a Blob') },
}

function unconvertible(type: string): string {
  return `STRING_VALUE can not be converted to ${type}`
}

function readText(text: string, { type }: ScalarPlan): unknown {
  const { read, refusal } = readers[type]
  const value = read(text)
  if (value === undefined) throw new Fault('SerializationException', refusal)
  return value
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

function wholeNumber(text: string, fits: (value: unknown) => boolean): number | undefined {
  const value = /^-?(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : undefined
  return fits(value) ? value : undefined
}

function decimalNumber(text: string): number | undefined {
  const value = /^-?\d{1,32}(?:\.\d{1,32})?(?:[eE][+-]?\d{1,3})?$/.test(text)
    ? Number(text)
    : undefined
  return Number.isFinite(value) ? value : undefined
}
