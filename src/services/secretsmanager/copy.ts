/**
 * A copy of a secret in another region, written in the commit that changes its primary. Only what
 * cannot be sealed there (its KMS key is missing, disabled or not the caller's) makes a copy fall
 * behind; it stays as it was, and says so until a later change succeeds.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
import { Fault } from '../../lib/fault.ts'
import type { Content, Replica, SecretRecord } from './records.ts'
import { withoutTrial } from './rotation.ts'
import { type Secret, secretOf } from './secret.ts'
import type { Changing } from './service.ts'
import type { Filled, Plain } from './vault.ts'
import { isFilled, pruneVersions } from './version.ts'

/** A value that this call brought, so that it need not be opened again for each copy. */
export interface Fresh {
  readonly id: string
  readonly plain: Plain
}

/** Brings one copy in step with its primary as it is after the change. */
export async function copyTo(
  rooms: Changing,
  primary: Secret,
  { region, kmsKeyId }: Replica,
  fresh?: Fresh,
): Promise<Replica> {
  const shelf = { account: primary.shelf.account, region }
  const before = rooms.secrets.find(shelf, primary.record.name)
  const copy = secretOf(shelf, copyOf(rooms, primary, kmsKeyId, before), '')
  try {
    const contents = contentsFor(rooms, primary, copy, fresh)
    await write(rooms, copy, before, contents)
    return { region, kmsKeyId }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return { region, kmsKeyId, failure: `Replication failed: ${thrown.message}` }
  }
}

function copyOf(
  { draws }: Changing,
  { shelf, record }: Secret,
  kmsKeyId: string | undefined,
  before: SecretRecord | undefined,
): SecretRecord {
  return {
    ...record,
    ...withoutTrial(record),
    kmsKeyId,
    createdAt: before?.createdAt ?? draws.at,
    changedAt: draws.at,
    versionsCount: before?.versionsCount ?? 0,
    primaryRegion: shelf.region,
    replicas: undefined,
  }
}

interface Missing {
  readonly id: string
  readonly createdAt: number
  readonly isNew: boolean
  readonly content: Content | undefined
}

/** What the copy lacks of the labelled versions, sealed under its own key. */
function contentsFor(
  rooms: Changing,
  primary: Secret,
  copy: Secret,
  fresh: Fresh | undefined,
): Missing[] {
  const { secrets } = rooms
  const missing: Missing[] = []
  for (const id of new Set(copy.record.labels.map(({ on }) => on))) {
    const version = secrets.findVersion(primary.shelf, primary.record, id)
    const there = secrets.findVersion(copy.shelf, copy.record, id)
    if (!version || isInStep(there?.content, version.content, copy.record)) continue
    const plain = fresh?.id === id ? fresh.plain : undefined
    const content = isFilled(version) ? resealed(rooms, primary, copy, version, plain) : undefined
    missing.push({ id, createdAt: version.createdAt, isNew: !there, content })
  }
  return missing
}

const isInStep = (
  there: Content | undefined,
  here: Content | undefined,
  { kmsKeyId }: SecretRecord,
): boolean => there !== undefined && here !== undefined && there.kmsKeyId === kmsKeyId

function resealed(
  { vault }: Changing,
  primary: Secret,
  copy: Secret,
  version: Filled,
  known: Plain | undefined,
): Content {
  if (known) return vault.seal(copy, version.id, known)
  const bytes = vault.open(primary, version)
  try {
    return vault.seal(copy, version.id, { kind: version.content.kind, bytes })
  } finally {
    bytes.fill(0)
  }
}

async function write(
  rooms: Changing,
  { shelf, record }: Secret,
  before: SecretRecord | undefined,
  missing: readonly Missing[],
): Promise<void> {
  const { secrets } = rooms
  const added = missing.filter(({ isNew }) => isNew)
  const grown = { ...record, versionsCount: record.versionsCount + added.length }
  const after = { ...grown, versionsCount: await pruneVersions(rooms, shelf, grown) }
  for (const { isNew, ...version } of missing) {
    if (isNew) secrets.addVersion(shelf, after, version)
    else secrets.replaceVersion(shelf, after, version)
  }
  if (before) secrets.replace(shelf, before, after)
  else secrets.add(shelf, after)
}
