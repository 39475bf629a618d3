/**
 * An input or output as CloudTrail shows it: names in lower camel case, dates as text, secrets and
 * blobs left out, and never more than CloudTrail's own bound for one field.
 *
 * The copy is made from the contract: a member that the contract lacks cannot reach the audit, nor
 * can one that is secret by its shape, by its name, or by standing inside such a one.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import type { ServiceModel } from '../contract/model.ts'
import { isoSeconds } from '../lib/clock.ts'
import type { Json, JsonObject } from '../lib/json.ts'
import { once } from '../lib/once.ts'
import { type OperationPlan, type Plan, planOf, type StructurePlan } from './plan.ts'
import type { Structure } from './protocol.ts'

/** What a record may say of a call's input. */
export const redactInput = (model: ServiceModel, operation: string, input: object): JsonObject =>
  redact(mustHavePlan(model, operation).input, input)

/** What a record may say of a call's output; `null`, as in CloudTrail, where there is none. */
export function redactOutput(
  model: ServiceModel,
  operation: string,
  output: object,
): JsonObject | null {
  const plan = mustHavePlan(model, operation).output
  return plan ? redact(plan, output) : null
}

const fieldCharsMax = 100 * 1024

function mustHavePlan(model: ServiceModel, operation: string): OperationPlan {
  const plan = planOf(model, operation)
  if (!plan) throw new Error(`${model.id} has no operation ${operation}`)
  return plan
}

/** A field that is too large is left out whole, in CloudTrail's form: half of one could mislead. */
function redact(plan: StructurePlan, value: object): JsonObject {
  const room: Room = { chars: fieldCharsMax }
  const copy = copyStructure(room, plan, value)
  return room.chars < 0 ? { omitted: true, reason: 'the field is too large' } : copy
}

/** How much may still be copied; below zero, the copy is not used. */
interface Room {
  chars: number
}

/** The members that may be told, each with its name in records. */
const toldOf = once(({ members }: StructurePlan) =>
  members
    .filter(({ secret, plan }) => !secret && !isUntold(plan))
    .map(({ name, plan }) => ({ name, plan, told: recordName(name) })),
)

function copyStructure(room: Room, structure: StructurePlan, value: object): JsonObject {
  const copy: JsonObject = {}
  for (const { name, plan, told } of toldOf(structure)) {
    const member = (value as Structure)[name]
    if (member === undefined || member === null) continue
    copy[told] = copyOf(room, plan, member)
    room.chars -= name.length
    if (room.chars < 0) break
  }
  return copy
}

/** Blobs tell an auditor nothing; a list or map of something left out is left out with it. */
function isUntold(plan: Plan): boolean {
  if (plan.secret || plan.type === 'blob') return true
  if (plan.type === 'list') return isUntold(plan.item)
  return plan.type === 'map' && (isUntold(plan.key) || isUntold(plan.item))
}

/** `SecretId` is secretId; a name all in capitals, ARN, is arn since 2024. */
export const recordName = (name: string): string =>
  name === name.toUpperCase() ? name.toLowerCase() : name.charAt(0).toLowerCase() + name.slice(1)

function copyOf(room: Room, plan: Plan, value: unknown): Json {
  if (plan.type === 'structure') return copyStructure(room, plan, value as object)
  if (plan.type === 'list') return copyList(room, plan.item, value as readonly unknown[])
  if (plan.type === 'map') return copyMap(room, plan.item, value as Structure)
  const scalar = plan.type === 'timestamp' ? isoSeconds(value as number) : (value as Json)
  room.chars -= typeof scalar === 'string' ? scalar.length : scalarChars
  return scalar
}

/** About what a number or boolean takes. */
const scalarChars = 8

/** What an item takes before its content: a list of empty structures is not free. */
const itemChars = 3

function copyList(room: Room, plan: Plan, list: readonly unknown[]): Json[] {
  const copy: Json[] = []
  for (const value of list) {
    if (room.chars < 0) break
    room.chars -= itemChars
    copy.push(copyOf(room, plan, value))
  }
  return copy
}

/** Keys are the caller's own text: made of pairs, `__proto__` is one like any other. */
function copyMap(room: Room, plan: Plan, map: Structure): JsonObject {
  const pairs: [string, Json][] = []
  for (const [key, value] of Object.entries(map)) {
    if (room.chars < 0) break
    pairs.push([key, copyOf(room, plan, value)])
    room.chars -= key.length
  }
  return Object.fromEntries(pairs)
}
