/**
 * A JSON value becomes the contract's type, or SerializationException in AWS's words. Only members
 * that the contract knows are copied, into fresh objects, so that nothing else of a request travels
 * on (`__proto__` included); null is as absent.
 *
 * Stricter than AWS where AWS guesses: 1.5 is no integer, "true" no boolean, base64 is canonical.
 * The words tell types, never what was sent.
 */
import { parseBase64 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import { isJsonObject, type Json } from '../lib/json.ts'
import type { ListPlan, MapPlan, Plan, StructurePlan } from './plan.ts'
import type { Structure } from './protocol.ts'

/** The value of a plan's type. A null inside a list or map stays, for validation to refuse. */
export function readJson(plan: Plan, value: Json): unknown {
  if (value === null) return null
  const read = readers[plan.type] as (value: Json, plan: Plan) => unknown
  return read(value, plan)
}

/** The members of a structure; anything but a JSON object is refused. */
export function readJsonStructure(value: Json, { members }: StructurePlan): Structure {
  if (!isJsonObject(value)) throw mismatch(value, 'Expected null')
  const structure: Structure = {}
  for (const { name, plan } of members) {
    const member = value[name]
    if (member !== undefined && member !== null) structure[name] = readJson(plan, member)
  }
  return structure
}

type Readers = { [T in Plan['type']]: (value: Json, plan: Extract<Plan, { type: T }>) => unknown }

const readers: Readers = {
  string: (value) => (typeof value === 'string' ? value : unlike(value, 'a String')),
  boolean: (value) => (typeof value === 'boolean' ? value : unlike(value, 'a Boolean')),
  integer: (value) => (isInteger(value) ? value : unlike(value, 'an Integer')),
  long: (value) => (isLong(value) ? value : unlike(value, 'a Long')),
  float: (value) => (typeof value === 'number' ? value : unlike(value, 'a Float')),
  double: (value) => (typeof value === 'number' ? value : unlike(value, 'a Double')),
  blob: (value) => textOf(value, parseBase64) ?? unlike(value, 'a Blob'),
  timestamp: (value) => readInstant(value) ?? unlike(value, 'milliseconds since epoch'),
  list: readList,
  map: readMap,
  structure: readJsonStructure,
}

function readList(value: Json, { item }: ListPlan): unknown[] {
  if (!Array.isArray(value)) throw mismatch(value, 'Expected list or null')
  return value.map((element) => readJson(item, element))
}

/** Keys are the caller's own text: no prototype. */
function readMap(value: Json, { item }: MapPlan): Structure {
  if (!isJsonObject(value)) throw mismatch(value, 'Expected map or null')
  const map: Structure = Object.create(null)
  for (const key of Object.keys(value)) map[key] = readJson(item, value[key] as Json)
  return map
}

const integerMax = 2 ** 31 - 1

/** 32 bits. */
export const isInteger = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) <= integerMax

/** Beyond 2^53 a JSON number has already lost digits: refused rather than changed. */
export const isLong = (value: unknown): value is number => Number.isSafeInteger(value)

const textOf = <T>(value: Json, parse: (text: string) => T): T | undefined =>
  typeof value === 'string' ? parse(value) : undefined

const readInstant = (value: Json): number | undefined =>
  typeof value === 'number' ? instantOf(value * 1000) : textOf(value, parseInstant)

const instantForm =
  /^\d{4}-\d\d-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))$/

/** An ISO 8601 instant, as milliseconds since 1970. A day that its month lacks is no instant. */
export function parseInstant(text: string): number | undefined {
  const [, day, sign, hours, minutes] = instantForm.exec(text) ?? []
  if (day === undefined) return undefined
  const at = Date.parse(text)
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
  const local = new Date(at + (sign === '-' ? -offset : offset))
  return local.getUTCDate() === Number(day) ? instantOf(at) : undefined
}

const firstInstant = Date.parse('0001-01-01T00:00:00Z')
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z')

/** Years that every protocol can write with four digits. */
function instantOf(at: number): number | undefined {
  const rounded = Math.round(at)
  return rounded >= firstInstant && rounded <= lastInstant ? rounded : undefined
}

function unlike(value: Json, type: string): never {
  throw mismatch(value, `${tokenOf(value)} can not be converted to ${type}`)
}

/** A list or an object has its own words wherever it stands wrongly. */
export function mismatch(value: Json, words: string): Fault {
  return new Fault('SerializationException', containerWords(value) ?? words)
}

function containerWords(value: Json): string | undefined {
  if (Array.isArray(value)) return 'Start of list found where not expected'
  return isJsonObject(value) ? 'Start of structure or map found where not expected.' : undefined
}

function tokenOf(value: Json): string {
  if (typeof value === 'string') return 'STRING_VALUE'
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
}
