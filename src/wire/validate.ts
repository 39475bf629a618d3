/**
 * An input against its contract: types first, then constraints, the latter collected, at most ten,
 * in the model's order and in AWS's words. Nothing here knows a service.
 *
 * A value that is secret is never repeated: the words go into the audit too. Others are repeated as
 * AWS does, up to a bound, so that a large refused request is not answered by a large answer.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
import { Fault } from '../lib/fault.ts'
import type { Json } from '../lib/json.ts'
import { allRules, brokenByLength, brokenRules } from './constraints.ts'
import type { ListPlan, MapPlan, MemberPlan, Plan, ScalarPlan, StructurePlan } from './plan.ts'
import type { Structure } from './protocol.ts'
import { readJsonStructure } from './types.ts'

/** The typed input in a JSON value. Throws SerializationException or ValidationException. */
export function decodeInput(plan: StructurePlan, value: Json): Structure {
  const input = readJsonStructure(value, plan)
  mustHold(plan, input)
  return input
}

/** Throws ValidationException if an input, whose types hold, breaks a constraint. */
export function mustHold(plan: StructurePlan, input: Structure): void {
  const errors: string[] = []
  checkStructure({ errors, path: '', secret: plan.secret }, plan, input)
  if (errors.length === 0) return
  const count = errors.length === 1 ? '1 validation error' : `${errors.length} validation errors`
  throw new Fault('ValidationException', `${count} detected: ${errors.join('; ')}`)
}

const errorsMax = 10
const shownCharsMax = 1024

/** Where in the input a check stands. */
interface Place {
  readonly errors: string[]
  readonly path: string
  readonly secret: boolean
}

function checkStructure(place: Place, { members }: StructurePlan, value: Structure): void {
  for (const member of members) {
    const inner = value[member.name]
    if (inner !== undefined) check(memberPlace(place, member), member.plan, inner)
    else if (member.required) note(memberPlace(place, member), ' null', mustNotBeNull)
    if (place.errors.length >= errorsMax) return
  }
}

const mustNotBeNull = 'Member must not be null'

const memberPlace = ({ errors, path, secret }: Place, member: MemberPlan): Place => ({
  errors,
  path: path === '' ? member.path : `${path}.${member.path}`,
  secret: secret || member.secret,
})

function check(place: Place, plan: Plan, value: unknown): void {
  if (value === null) note(place, ' null', mustNotBeNull)
  else if (plan.type === 'structure') checkStructure(place, plan, value as Structure)
  else if (plan.type === 'list') checkList(place, plan, value as unknown[])
  else if (plan.type === 'map') checkMap(place, plan, value as Structure)
  else for (const rule of brokenRules(plan, value)) note(place, echo(place, plan, value), rule)
}

function checkList(place: Place, plan: ListPlan, list: unknown[]): void {
  checkLength(place, plan, list, list.length)
  if (isScalar(plan.item)) checkScalars(place, plan, list, plan.item, list, 'Member')
  else checkItems(place, plan.item, list.entries())
}

function checkMap(place: Place, plan: MapPlan, map: Structure): void {
  const keys = Object.keys(map)
  checkLength(place, plan, map, keys.length)
  if (isScalar(plan.key)) checkScalars(place, plan, map, plan.key, keys, 'Map keys')
  if (isScalar(plan.item)) {
    checkScalars(place, plan, map, plan.item, Object.values(map), 'Map value')
  } else checkItems(place, plan.item, Object.entries(map))
}

function checkLength(place: Place, plan: ListPlan | MapPlan, value: object, length: number): void {
  for (const rule of brokenByLength(plan, length)) note(place, echo(place, plan, value), rule)
}

/** AWS counts the items of a list from 1 and names those of a map; a secret map's keys are secret. */
function checkItems(place: Place, plan: Plan, items: Iterable<[number | string, unknown]>): void {
  const { errors, secret } = place
  for (const [key, value] of items) {
    const step = typeof key === 'number' ? key + 1 : secret ? '*' : cut(key)
    const path = `${place.path}.${step}.member`
    check({ errors, path, secret: secret || plan.secret }, plan, value)
    if (errors.length >= errorsMax) return
  }
}

/** Scalars in a list or map are refused once, with the whole list and every rule of its members. */
function checkScalars(
  place: Place,
  whole: ListPlan | MapPlan,
  value: object,
  plan: ScalarPlan,
  scalars: readonly unknown[],
  what: string,
): void {
  const holds = (scalar: unknown) => scalar !== null && brokenRules(plan, scalar).length === 0
  if (scalars.every(holds)) return
  const rules = scalars.includes(null) ? [mustNotBeNull] : allRules(plan)
  note(place, echo(place, whole, value), `${what} must satisfy constraint: [${rules.join(', ')}]`)
}

function note({ errors, path }: Place, value: string, constraint: string): void {
  if (errors.length >= errorsMax) return
  errors.push(`Value${value} at '${path}' failed to satisfy constraint: ${constraint}`)
}

/** The value in quotes behind a blank, or nothing where it must not or cannot be told. */
function echo({ secret }: Place, plan: Plan, value: unknown): string {
  const text = secret || isUntold(plan) ? undefined : shown(plan, value)
  return text === undefined ? '' : ` '${cut(text)}'`
}

const cut = (text: string): string =>
  text.length > shownCharsMax ? `${text.slice(0, shownCharsMax).toWellFormed()}...` : text

/** Secrets, lists that hold them, and structures, which may hold them anywhere. */
function isUntold(plan: Plan): boolean {
  if (plan.secret || plan.type === 'structure') return true
  if (plan.type === 'list') return isUntold(plan.item)
  return plan.type === 'map' && (isUntold(plan.key) || isUntold(plan.item))
}

/** As Java prints it, for that is what AWS's servers do. */
function shown(plan: Plan, value: unknown): string {
  if (plan.type === 'list') {
    return `[${(value as unknown[]).map((item) => shown(plan.item, item)).join(', ')}]`
  }
  if (plan.type === 'map') {
    const entries = Object.entries(value as Structure)
    return `{${entries.map(([key, item]) => `${key}=${shown(plan.item, item)}`).join(', ')}}`
  }
  if (plan.type !== 'blob' || value === null) return String(value)
  const { length } = value as Uint8Array
  return `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`
}

const isScalar = (plan: Plan): plan is ScalarPlan =>
  plan.type !== 'structure' && plan.type !== 'list' && plan.type !== 'map'
