/** What putting a parameter asks of the request, and the version that it makes. */
import type { PutParameterRequest } from '../../contract/generated/ssm.ts'
import type { Subject } from '../operation.ts'
import { mustBeName, parseName } from './name.ts'
import { hereOf, subjectAt } from './parameter.ts'
import { mustFitPattern } from './pattern.ts'
import { dutiesOf } from './policies.ts'
import type {
  Duty,
  Facts,
  ParameterRecord,
  ParameterType,
  Shelf,
  VersionRecord,
} from './records.ts'
import { defaultKey, sealText } from './sealed.ts'
import { fault, type Look, type Rooms } from './service.ts'
import { mustHaveFitTags } from './tags.ts'
import { chooseTier } from './tier.ts'

/** Where a parameter would be put. */
export interface Place extends Subject {
  readonly shelf: Shelf
  readonly name: string
}

export function placeOf(look: Look, input: PutParameterRequest): Place {
  const { shelf, name } = parseName(hereOf(look), input.Name)
  return { ...subjectAt(shelf, name, input), shelf, name }
}

/** Throws for a request that nobody could be allowed. */
export function mustBeFitPut(look: Look, input: PutParameterRequest): void {
  const here = hereOf(look)
  const { shelf, name } = parseName(here, input.Name)
  mustBeName(shelf, name)
  if (shelf.region !== here.region) {
    throw fault('ValidationException', 'A parameter can be put in the region of the call only.')
  }
  if (input.Value === '') {
    throw fault(
      'ValidationException',
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    )
  }
  if (input.Tags?.length && input.Overwrite) {
    throw fault(
      'ValidationException',
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    )
  }
  mustHaveFitTags(input.Tags ?? [])
  if (input.DataType && input.DataType !== 'text') throw otherDataType(input.DataType)
}

/** The two others are Amazon Machine Images and webhooks, which are not here. */
const otherDataType = (dataType: string) =>
  fault(
    'ValidationException',
    `The following data type is not supported: ${dataType} (Data type names are all lowercase.)`,
  )

/** The next version of a parameter, its value sealed. */
export async function makeVersion(
  rooms: Rooms,
  input: PutParameterRequest,
  arn: string,
  before: ParameterRecord | undefined,
): Promise<{ facts: Facts; version: VersionRecord; duties: readonly Duty[] }> {
  const facts = factsOf(rooms, input, before)
  await mustFitPattern(facts.allowedPattern, input.Value)
  const duties = dutiesOf(facts.policies, facts.changedAt)
  const place = { arn, shelf: placeOf(rooms, input).shelf }
  const isSealed = facts.type === 'SecureString'
  const value = isSealed ? sealText(rooms.enter, place, facts, input.Value) : input.Value
  return { facts, duties, version: { ...facts, value, version: (before?.version ?? 0) + 1 } }
}

function factsOf(
  { caller, draws }: Rooms,
  input: PutParameterRequest,
  before: ParameterRecord | undefined,
): Facts {
  const type = typeOf(input, before)
  if (type !== 'SecureString' && input.KeyId !== undefined) {
    throw fault('ValidationException', 'KeyId is required for SecureString type parameter only.')
  }
  const policies = input.Policies ?? before?.policies
  return {
    type,
    tier: chooseTier({ ...input, Policies: policies }, before?.tier),
    dataType: 'text',
    description: input.Description ?? before?.description,
    // Terraform always sends an empty one.
    allowedPattern: (input.AllowedPattern ?? before?.allowedPattern) || undefined,
    keyId: type === 'SecureString' ? (input.KeyId ?? before?.keyId ?? defaultKey) : undefined,
    policies,
    changedAt: draws.at,
    changedBy: caller.arn,
  }
}

function typeOf({ Type }: PutParameterRequest, before: ParameterRecord | undefined): ParameterType {
  const type = Type ?? before?.type
  if (type === undefined) {
    throw fault('ValidationException', 'A parameter type is required when you create a parameter.')
  }
  if (before && before.type !== type) {
    throw fault(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    )
  }
  return type
}
