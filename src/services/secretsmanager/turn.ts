/**
 * The beginning of one turn of a rotation: a version without a value, which the function will fill. Until
 * it has, the version is told as absent, and rotation functions rely on it.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_how.html
 */
import { randomUUID } from 'node:crypto'
import { changeSecret } from './change.ts'
import { moveLabels, pending } from './labels.ts'
import type { Content, Rotation, SecretRecord } from './records.ts'
import { begun } from './rotation.ts'
import type { Secret } from './secret.ts'
import type { Changing } from './service.ts'
import { tokenTaken } from './version.ts'

/**
 * Makes the pending version. Throws InvalidRequestException if the token names another version.
 * @param content its value, where the function need not make one
 */
export async function beginRotation(
  rooms: Changing,
  secret: Secret,
  rotation: Rotation,
  versionId: string,
  content?: Content,
): Promise<SecretRecord> {
  const { secrets, draws } = rooms
  const { arn, shelf, record } = secret
  if (secrets.findVersion(shelf, record, versionId)) {
    throw tokenTaken(versionId, arn, 'InvalidRequestException')
  }
  const rotationToken = draws.draw('rotation token', () => randomUUID())
  secrets.addVersion(shelf, record, { id: versionId, createdAt: draws.at, content })
  return changeSecret(rooms, secret, {
    rotation: begun(rotation, { versionId, rotationToken }, draws.at),
    labels: moveLabels(record.labels, versionId, [pending]),
    versionsCount: record.versionsCount + 1,
  })
}
