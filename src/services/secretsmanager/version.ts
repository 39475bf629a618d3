/**
 * Versions of a secret and the labels that tell them apart.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
import type { Secret } from './secret.ts'
import { fault, type Rooms } from './service.ts'
import type { SecretReader, SecretRecord, VersionRecord } from './store.ts'
import type { Plain } from './vault.ts'

export const current = 'AWSCURRENT'
export const previous = 'AWSPREVIOUS'
export const pending = 'AWSPENDING'

type Labels = Readonly<Record<string, string>>

/** The labels of one version. */
export const labelsOf = (labels: Labels, versionId: string): string[] =>
  Object.keys(labels).filter((label) => labels[label] === versionId)

/** Versions with their labels, as DescribeSecret shows them; versions without any are left out. */
export function labelsByVersion(labels: Labels): Record<string, string[]> {
  const versions: Record<string, string[]> = Object.create(null)
  for (const [label, id] of Object.entries(labels)) {
    versions[id] = [...(versions[id] ?? []), label]
  }
  return versions
}

interface Choice {
  readonly VersionId?: string | undefined
  readonly VersionStage?: string | undefined
}

/** The id that the caller's choice means, if any; AWSCURRENT when nothing is chosen. */
export function chosenId({ labels }: SecretRecord, choice: Choice): string | undefined {
  return choice.VersionId ?? labels[choice.VersionStage ?? current]
}

/** The version that the caller chose. Throws ResourceNotFoundException, or when id and label disagree. */
export async function chooseVersion(
  secrets: SecretReader,
  { shelf, record }: Secret,
  choice: Choice,
): Promise<VersionRecord> {
  const id = chosenId(record, choice)
  const version = id && (await secrets.findVersion(shelf, record, id))
  if (!version) throw fault('ResourceNotFoundException', `${cantFind} ${wordsOf(choice)}`)
  const { VersionId, VersionStage } = choice
  if (VersionId && VersionStage && record.labels[VersionStage] !== VersionId) {
    throw fault(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  }
  return version
}

const cantFind = "Secrets Manager can't find the specified secret value for"

const wordsOf = ({ VersionId, VersionStage = current }: Choice): string =>
  VersionId ? `VersionId: ${VersionId}` : `staging label: ${VersionStage}`

/**
 * The labels after these were given to a version. When AWSCURRENT moves, its former holder becomes
 * AWSPREVIOUS, and an AWSPENDING that stood beside it goes.
 */
export function moveLabels(labels: Labels, versionId: string, moved: readonly string[]): Labels {
  const after: Record<string, string> = { ...labels }
  const holder = labels[current]
  if (moved.includes(current) && holder !== undefined && holder !== versionId) {
    after[previous] = holder
    if (after[pending] === holder) delete after[pending]
  }
  for (const label of moved) after[label] = versionId
  return after
}

/**
 * Adds a version, or recognises that a request is repeated: the same token with the same value is
 * answered as before, with another value it is refused. `undefined` means repeated.
 */
export async function addVersion(
  { secrets, vault, draws }: Rooms,
  { arn, shelf, record }: Secret,
  token: string,
  value: Plain,
): Promise<VersionRecord | undefined> {
  const known = await secrets.findVersion(shelf, record, token)
  if (!known) {
    const sealed = await vault.seal(arn, token, value)
    const version = { id: token, createdAt: draws.at, kind: value.kind, value: sealed }
    secrets.addVersion(shelf, record, version)
    return version
  }
  if (await vault.holds(arn, known, value)) return undefined
  throw tokenTaken(token, arn)
}

export const tokenTaken = (token: string, arn: string) =>
  fault(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  )

/** Throws if a request brings both forms of a value. */
export function mustBeOneValue(input: {
  readonly SecretString?: unknown
  readonly SecretBinary?: unknown
}): void {
  if (input.SecretString === undefined || input.SecretBinary === undefined) return
  throw fault(
    'InvalidParameterException',
    "You can't specify both a binary secret value and a string secret value in the same secret.",
  )
}
