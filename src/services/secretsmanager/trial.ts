/**
 * The test of a rotation function that RotateImmediately=false asks for: testSecret alone, on a
 * version under AWSPENDING that holds what AWSCURRENT holds and goes away afterwards. The value is not
 * opened for it: the version shares the sealed value, which whoever may read the secret can open.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
import { randomUUID } from 'node:crypto'
import { changeSecret } from './change.ts'
import { current, holderOf, labelsOf, moveLabels, pending, withoutLabel } from './labels.ts'
import type { Rotation, SecretRecord } from './records.ts'
import { type Secret, secretWith } from './secret.ts'
import type { Changing } from './service.ts'

/** Keeps the rotation that is wanted, and begins its test if there is a value to test it with. */
export async function beginTrial(
  rooms: Changing,
  secret: Secret,
  rotation: Rotation,
  askedBy: string,
): Promise<void> {
  const { secrets, draws } = rooms
  const { shelf, record } = secret
  const source = secrets.findVersion(shelf, record, holderOf(record.labels, current) ?? '')
  if (!source?.content) {
    await changeSecret(rooms, secret, { rotation })
    return
  }
  const versionId = draws.draw('trial', () => randomUUID())
  const startedAt = draws.at
  const content = { ...source.content, boundTo: source.content.boundTo ?? source.id }
  secrets.addVersion(shelf, record, { id: versionId, createdAt: startedAt, content })
  const rotationToken = draws.draw('rotation token', () => randomUUID())
  await changeSecret(rooms, secret, {
    rotation: { ...rotation, rotationToken, trial: { versionId, askedBy, startedAt } },
    labels: moveLabels(record.labels, versionId, [pending]),
    versionsCount: record.versionsCount + 1,
  })
}

/** What a secret is without its trial, whose version is removed: but for one that somebody labelled. */
export function withoutTrialVersion(
  { secrets }: Pick<Changing, 'secrets'>,
  { shelf, record }: Secret,
): Partial<SecretRecord> {
  const { rotation, labels } = record
  if (!rotation?.trial) return {}
  const { trial, ...rest } = rotation
  const isOurs = holderOf(labels, pending) === trial.versionId
  const left = isOurs ? withoutLabel(labels, pending) : labels
  const version = secrets.findVersion(shelf, record, trial.versionId)
  const isNeeded = labelsOf(left, trial.versionId).length > 0
  if (!version || isNeeded) return { rotation: rest, labels: left }
  secrets.removeVersion(shelf, record, version)
  return { rotation: rest, labels: left, versionsCount: record.versionsCount - 1 }
}

/** The secret after its trial, if it had one, was ended. */
export async function endTrial(rooms: Changing, secret: Secret): Promise<Secret> {
  if (!secret.record.rotation?.trial) return secret
  const left = withoutTrialVersion(rooms, secret)
  return secretWith(secret, await changeSecret(rooms, secret, left))
}
