/**
 * Versions of a secret: added once per token, chosen by id or label, and pruned when they are many,
 * old and unlabelled.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
import { dayMs } from '../../lib/clock.ts'
import type { Context } from './context.ts'
import { current, holderOf, labelsOf } from './labels.ts'
import type { SecretRecord, Shelf, VersionRecord } from './records.ts'
import type { Secret } from './secret.ts'
import { type Changing, fault, type Rooms } from './service.ts'
import type { SecretReader } from './store.ts'
import type { Filled, Plain } from './vault.ts'

interface Choice {
  readonly VersionId?: string | undefined
  readonly VersionStage?: string | undefined
}

/** The id that the caller's choice means, if any; AWSCURRENT when nothing is chosen. */
export function chosenId({ labels }: SecretRecord, choice: Choice): string | undefined {
  return choice.VersionId ?? holderOf(labels, choice.VersionStage ?? current)
}

/**
 * What conditions see of a choice. The effective stages are put in, so that naming a version by its id
 * does not slip past a Deny by stage.
 */
export function versionContext(record: SecretRecord, choice: Choice): Context {
  const id = chosenId(record, choice)
  const labels = id === undefined ? [] : labelsOf(record.labels, id)
  const stages = choice.VersionStage ? [choice.VersionStage] : choice.VersionId ? labels : [current]
  return {
    'secretsmanager:VersionStage': stages,
    ...(id !== undefined && { 'secretsmanager:VersionId': id }),
  }
}

/** The version that the caller chose. Throws ResourceNotFoundException, or when id and label disagree. */
export function chooseVersion(
  secrets: SecretReader,
  { shelf, record }: Secret,
  choice: Choice,
): Filled {
  const id = chosenId(record, choice)
  const version = id === undefined ? undefined : secrets.findVersion(shelf, record, id)
  // A version that a rotation has not filled yet is told as absent; rotation functions rely on it.
  if (!version || !isFilled(version)) throw valueNotFound(choice)
  const { VersionId, VersionStage } = choice
  if (VersionId && VersionStage && holderOf(record.labels, VersionStage) !== VersionId) {
    throw fault(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  }
  return version
}

export const isFilled = (version: VersionRecord): version is Filled => version.content !== undefined

export function valueNotFound({ VersionId, VersionStage = current }: Choice) {
  const which = VersionId ? `VersionId: ${VersionId}` : `staging label: ${VersionStage}`
  return fault(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${which}`,
  )
}

/** How many versions a secret has after a value was added to it. */
export interface Added {
  readonly versionsCount: number
}

/**
 * Adds a value, or recognises that a request is repeated: the same token with the same value is
 * answered as before, with another value it is refused. `undefined` means repeated.
 */
export function addValue(
  { secrets, vault, draws }: Rooms,
  secret: Secret,
  token: string,
  value: Plain,
): Added | undefined {
  const { arn, shelf, record } = secret
  const known = secrets.findVersion(shelf, record, token)
  if (known && isFilled(known)) {
    if (vault.holds(secret, known, value)) return undefined
    throw tokenTaken(token, arn)
  }
  const content = vault.seal(secret, token, value)
  if (known) {
    secrets.replaceVersion(shelf, record, { ...known, content })
    return { versionsCount: record.versionsCount }
  }
  secrets.addVersion(shelf, record, { id: token, createdAt: draws.at, content })
  return { versionsCount: record.versionsCount + 1 }
}

export const tokenTaken = (
  token: string,
  arn: string,
  code: 'ResourceExistsException' | 'InvalidRequestException' = 'ResourceExistsException',
) =>
  fault(
    code,
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  )

const versionsMin = 100
const prunedAfterMs = dayMs
/** How many of the oldest are looked at for one call; the labelled among them stay. */
const examinedMax = 200

/** Drops the oldest unlabelled versions past 100 that are older than a day; gives the count that is left. */
export async function pruneVersions(
  { secrets, draws }: Changing,
  shelf: Shelf,
  secret: SecretRecord,
): Promise<number> {
  let count = secret.versionsCount
  if (count <= versionsMin) return count
  const labelled = new Set(secret.labels.map(({ on }) => on))
  for (const version of await secrets.listVersions(shelf, secret, { itemsMax: examinedMax })) {
    if (count <= versionsMin || version.createdAt > draws.at - prunedAfterMs) break
    if (labelled.has(version.id)) continue
    secrets.removeVersion(shelf, secret, version)
    count--
  }
  return count
}
