/**
 * Staging labels: each on one version at most, at most 20 in a secret. AWSCURRENT never gets lost,
 * and AWSPREVIOUS is always on the version that AWSCURRENT left last.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
import { once } from '../../lib/once.ts'
import type { Label } from './records.ts'
import { fault } from './service.ts'

export const current = 'AWSCURRENT'
export const previous = 'AWSPREVIOUS'
export const pending = 'AWSPENDING'

export type Labels = readonly Label[]

const labelsMax = 20

/** The version that a label is on. */
export const holderOf = (labels: Labels, name: string): string | undefined =>
  labels.find((label) => label.name === name)?.on

/** The labels of one version, sorted. */
export const labelsOf = (labels: Labels, versionId: string): readonly string[] =>
  namesByVersion(labels).get(versionId) ?? none

const none: readonly string[] = []

/** Asked for with each read. */
const namesByVersion = once((labels: Labels): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string[]>()
  for (const { on, name } of labels) names.set(on, [...(names.get(on) ?? []), name])
  for (const each of names.values()) each.sort()
  return names
})

/** Versions with their labels, as DescribeSecret shows them; versions without any are left out. */
export function labelsByVersion(labels: Labels): Record<string, string[]> {
  const versions: Record<string, string[]> = Object.create(null)
  for (const [id, names] of namesByVersion(labels)) versions[id] = [...names]
  return versions
}

const withLabel = (labels: Labels, name: string, on: string): Labels => [
  ...withoutLabel(labels, name),
  { name, on },
]

/** The labels after one was taken off. */
export const withoutLabel = (labels: Labels, name: string): Labels =>
  labels.filter((label) => label.name !== name)

/**
 * The labels after these were given to a version. When AWSCURRENT moves, its former holder becomes
 * AWSPREVIOUS, whatever else was asked for, and an AWSPENDING that stood beside it goes.
 */
export function moveLabels(labels: Labels, versionId: string, moved: readonly string[]): Labels {
  const holder = holderOf(labels, current)
  let after = moved.reduce((so, name) => withLabel(so, name, versionId), labels)
  if (moved.includes(current) && holder !== undefined && holder !== versionId) {
    after = withLabel(after, previous, holder)
    if (holderOf(after, pending) === holder) after = withoutLabel(after, pending)
  }
  mustBeFew(after)
  return after
}

function mustBeFew(labels: Labels): void {
  if (labels.length <= labelsMax) return
  throw fault(
    'LimitExceededException',
    `You can't have more than ${labelsMax} staging labels in a secret.`,
  )
}
