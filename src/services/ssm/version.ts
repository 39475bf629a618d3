/** Versions of a parameter: which one a selector means, and adding one. */

import type { Parameter } from './parameter.ts'
import { shownPolicies } from './policies.ts'
import type { Facts, ParameterRecord, Shelf, VersionRecord } from './records.ts'
import { openText } from './sealed.ts'
import { fault, type Rooms } from './service.ts'

const versionsMax = 100

/** The version that the selector means, the newest without one. Throws ParameterVersionNotFound. */
export function chooseVersion(
  { parameters }: Rooms,
  { shelf, record, selector }: Parameter,
): VersionRecord {
  const number = numberOf(record, selector)
  const version =
    number === undefined ? undefined : parameters.findVersion(shelf, record.name, number)
  if (version) return version
  throw absentVersion(record.name, selector?.slice(1) ?? String(record.version))
}

export const absentVersion = (name: string, version: string) =>
  fault(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  )

function numberOf(record: ParameterRecord, selector: string | undefined): number | undefined {
  const text = selector?.slice(1)
  if (text === undefined) return record.version
  if (/^\d{1,15}$/.test(text)) return Number(text)
  return record.labels.find(({ name }) => name === text)?.on
}

/** The value of a version as a reader gets it: decrypted if they asked for it. */
export function textIn(
  { enter }: Rooms,
  place: { readonly arn: string; readonly shelf: Shelf },
  { type, value }: VersionRecord,
  isDecrypted: boolean | undefined,
): string {
  return type === 'SecureString' && isDecrypted ? openText(enter, place, value) : value
}

/** The oldest version goes when there are too many, unless it carries a label. */
export function oldestAfter({ parameters }: Rooms, shelf: Shelf, record: ParameterRecord): number {
  const { name, oldest, version, labels } = record
  if (version - oldest + 1 < versionsMax) return oldest
  if (labels.some(({ on }) => on === oldest)) {
    throw fault(
      'ParameterMaxVersionLimitExceeded',
      `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
    )
  }
  parameters.dropVersion(shelf, name, oldest)
  return oldest + 1
}

/** What descriptions and histories show of a version. */
export const shownFacts = (facts: Facts, duties: ParameterRecord['duties']) => ({
  Type: facts.type,
  KeyId: facts.keyId,
  LastModifiedDate: facts.changedAt,
  LastModifiedUser: facts.changedBy,
  Description: facts.description,
  AllowedPattern: facts.allowedPattern,
  Tier: facts.tier,
  Policies: shownPolicies(facts.policies, duties) ?? [],
  DataType: facts.dataType,
})

/** The labels of a version, in their order of letters. */
export const labelsOn = ({ labels }: ParameterRecord, version: number): string[] =>
  labels
    .filter(({ on }) => on === version)
    .map(({ name }) => name)
    .sort()
