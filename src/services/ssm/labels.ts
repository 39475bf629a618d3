/**
 * Labels on versions: up to ten on one, each on one version at a time.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html
 */
import { findWhole, type Parameter } from './parameter.ts'
import type { Label, ParameterRecord } from './records.ts'
import { fault, type Rooms } from './service.ts'
import { absentVersion } from './version.ts'

const labelsPerVersionMax = 10
const labelForm = /^(?!\d|aws|ssm)[\w.-]{1,100}$/i

export const findLabelled = findWhole

/** A label that may not be is told in an answer that succeeds. */
export const isFitLabel = (label: string): boolean => labelForm.test(label)

/** The version that a request means, the newest if it names none. Throws ParameterVersionNotFound. */
export function mustBeKept(record: ParameterRecord, version = record.version): number {
  if (version >= record.oldest && version <= record.version) return version
  throw absentVersion(record.name, String(version))
}

/** Puts labels on a version, wherever they were. */
export function withLabels(
  { labels }: ParameterRecord,
  names: readonly string[],
  on: number,
): readonly Label[] {
  const added = new Set(names)
  const after = [
    ...labels.filter(({ name }) => !added.has(name)),
    ...[...added].map((name) => ({ name, on })),
  ]
  if (after.filter((label) => label.on === on).length <= labelsPerVersionMax) return after
  throw fault(
    'ParameterVersionLabelLimitExceeded',
    `A parameter version can have maximum ${labelsPerVersionMax} labels. Move one or more labels to another version and try again.`,
  )
}

export function changeLabels(
  { parameters }: Rooms,
  { shelf, record }: Parameter,
  labels: readonly Label[],
): void {
  parameters.put(shelf, record, { ...record, labels })
}
