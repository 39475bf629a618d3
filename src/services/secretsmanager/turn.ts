/**
 * The beginning of one turn of a rotation: a version without a value, which the function will fill. Until
 * it has, the version is told as absent, and rotation functions rely on it.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_how.html
 */
import { changeSecret } from './change.ts'
import { moveLabels, pending } from './labels.ts'
import type { Rotation } from './records.ts'
import { begun } from './rotation.ts'
import type { Secret } from './secret.ts'
import type { Rooms } from './service.ts'
import { tokenTaken } from './version.ts'

/** Makes the pending version. Throws InvalidRequestException if the token names another version. */
export async function beginRotation(
  rooms: Rooms,
  secret: Secret,
  rotation: Rotation,
  token: string,
): Promise<void> {
  const { secrets, draws } = rooms
  const { arn, shelf, record } = secret
  if (await secrets.findVersion(shelf, record, token)) {
    throw tokenTaken(token, arn, 'InvalidRequestException')
  }
  secrets.addVersion(shelf, record, { id: token, createdAt: draws.at })
  await changeSecret(rooms, secret, {
    rotation: begun(rotation, token, draws.at),
    labels: moveLabels(record.labels, token, [pending]),
    versionsCount: record.versionsCount + 1,
  })
}
