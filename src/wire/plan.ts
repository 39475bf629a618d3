/**
 * A model made ready for use: shapes point at shapes instead of naming them, names are spelled for
 * each purpose, patterns compile when first needed. Made once per model and shape; everything that
 * reads or writes a call walks plans.
 */
import type {
  ListShape,
  Location,
  MapShape,
  MemberRef,
  NumberType,
  OperationModel,
  ServiceModel,
  Shape,
  StringShape,
  StructureShape,
} from '../contract/model.ts'
import { isSecretName } from './secrets.ts'

export type Plan = ScalarPlan | ListPlan | MapPlan | StructurePlan
export type ScalarPlan = StringPlan | BlobPlan | NumberPlan | BooleanPlan | TimestampPlan

interface Common {
  /** What it holds is never told. */
  readonly secret: boolean
  readonly min: number | undefined
  readonly max: number | undefined
}

export interface StringPlan extends Common {
  readonly type: 'string'
  /** As the model writes it, for AWS's message. */
  readonly pattern: string | undefined
  readonly values: readonly string[] | undefined
  matches(text: string): boolean
}

export interface BlobPlan extends Common {
  readonly type: 'blob'
}

export interface NumberPlan extends Common {
  readonly type: NumberType
}

export interface BooleanPlan extends Common {
  readonly type: 'boolean'
}

export interface TimestampPlan extends Common {
  readonly type: 'timestamp'
}

export interface ListPlan extends Common {
  readonly type: 'list'
  readonly item: Plan
  /** The element around each item in the query protocol; absent if there is none. */
  readonly itemElement: string | undefined
}

export interface MapPlan extends Common {
  readonly type: 'map'
  readonly key: Plan
  readonly item: Plan
  readonly keyElement: string
  readonly itemElement: string
  readonly isFlat: boolean
}

export interface StructurePlan extends Common {
  readonly type: 'structure'
  /** In rest protocols the member that is the whole body. */
  readonly payload: string | undefined
  readonly members: readonly MemberPlan[]
}

export interface MemberPlan {
  readonly name: string
  /** The name as AWS's validation writes it: `secretId`. */
  readonly path: string
  /** The name as the query protocol writes it, and as rest protocols do outside the body. */
  readonly element: string
  /** Where rest protocols have it; absent for a member of the body. */
  readonly location: Location | undefined
  readonly required: boolean
  /** True for secret shapes and for members that are secret by name. */
  readonly secret: boolean
  readonly plan: Plan
}

export interface OperationPlan {
  readonly model: OperationModel
  readonly input: StructurePlan
  readonly output: StructurePlan | undefined
}

/** The plan of an operation, or `undefined` if the service has none of that name. */
export function planOf(model: ServiceModel, operation: string): OperationPlan | undefined {
  const service = plansOf(model)
  const known = service.operations.get(operation)
  if (known) return known
  const operationModel = model.operations[operation]
  if (!operationModel) return undefined
  const plan = planOperation(model, operationModel, service.shapes)
  service.operations.set(operation, plan)
  return plan
}

interface ServicePlans {
  readonly operations: Map<string, OperationPlan>
  readonly shapes: Shapes
}

type Shapes = Map<string, Plan>

const services = new WeakMap<ServiceModel, ServicePlans>()

function plansOf(model: ServiceModel): ServicePlans {
  const known = services.get(model)
  if (known) return known
  const plans = { operations: new Map(), shapes: new Map() }
  services.set(model, plans)
  return plans
}

function planOperation(model: ServiceModel, operation: OperationModel, shapes: Shapes) {
  const structure = (name: string): StructurePlan => {
    const plan = planShape(model, name, shapes)
    if (plan.type !== 'structure') throw new Error(`${name} is not a structure`)
    return plan
  }
  return {
    model: operation,
    input: operation.input ? structure(operation.input) : nothing,
    output: operation.output ? structure(operation.output) : undefined,
  }
}

const nothing: StructurePlan = {
  type: 'structure',
  secret: false,
  min: undefined,
  max: undefined,
  payload: undefined,
  members: [],
}

/** Shapes may hold themselves: a plan is noted before its parts are planned. */
function planShape(model: ServiceModel, name: string, shapes: Shapes): Plan {
  const known = shapes.get(name)
  if (known) return known
  const shape = model.shapes[name]
  if (!shape) throw new Error(`${model.id} has no shape ${name}`)
  const plan = { ...commonOf(shape), type: shape.type } as Plan
  shapes.set(name, plan)
  const part = (ref: MemberRef): Plan => planShape(model, ref.shape, shapes)
  return Object.assign(plan, partsOf(shape, part))
}

const commonOf = (shape: Shape): Common => ({
  secret: shape.sensitive === true,
  min: shape.min,
  max: shape.max,
})

type Part = (ref: MemberRef) => Plan

function partsOf(shape: Shape, part: Part): object {
  switch (shape.type) {
    case 'string':
      return stringParts(shape)
    case 'list':
      return listParts(shape, part)
    case 'map':
      return mapParts(shape, part)
    case 'structure':
      return {
        payload: shape.payload,
        members: Object.keys(shape.members).map((name) => memberPlan(shape, name, part)),
      }
    default:
      return {}
  }
}

function stringParts({ pattern, enum: values }: StringShape) {
  let compiled: RegExp | undefined
  const matches = (text: string): boolean => {
    if (pattern === undefined) return true
    compiled ??= compilePattern(pattern)
    return compiled.test(text)
  }
  return { pattern, values, matches }
}

/**
 * The whole text must match, as AWS's servers read a pattern. With `u` where the pattern allows it:
 * `\p{L}` needs it, and a character outside the basic plane is then one character.
 */
export function compilePattern(pattern: string): RegExp {
  const whole = `^(?:${pattern})$`
  try {
    return new RegExp(whole, 'u')
  } catch {
    return new RegExp(whole)
  }
}

const listParts = ({ member, flattened }: ListShape, part: Part) => ({
  item: part(member),
  itemElement: flattened ? undefined : (member.locationName ?? 'member'),
})

const mapParts = ({ key, value, flattened }: MapShape, part: Part) => ({
  key: part(key),
  item: part(value),
  keyElement: key.locationName ?? 'key',
  itemElement: value.locationName ?? 'value',
  isFlat: flattened === true,
})

function memberPlan(shape: StructureShape, name: string, part: Part): MemberPlan {
  const ref = shape.members[name] as MemberRef
  const plan = part(ref)
  return {
    name,
    path: name.charAt(0).toLowerCase() + name.slice(1),
    element: ref.locationName ?? name,
    location: ref.location,
    required: shape.required?.includes(name) ?? false,
    secret: plan.secret || isSecretName(name),
    plan,
  }
}
