/**
 * Every change of a secret goes through here: LastChangedDate moves, its rotation takes note of labels
 * that moved, old versions are pruned, and the copies in other regions follow in the same commit.
 */
import { copyTo, type Fresh } from './copy.ts'
import type { Replica, SecretRecord } from './records.ts'
import { followed } from './rotation.ts'
import { type Secret, secretWith } from './secret.ts'
import type { Changing } from './service.ts'
import { pruneVersions } from './version.ts'

/** Writes a changed secret and gives its new record. */
export async function changeSecret(
  rooms: Changing,
  secret: Secret,
  change: Partial<SecretRecord>,
  fresh?: Fresh,
): Promise<SecretRecord> {
  const { shelf, record } = secret
  const { at } = rooms.draws
  const changed = { ...record, ...change, changedAt: at }
  const { isAbandoned, ...follows } = followed(record, changed, at)
  if (isAbandoned) rooms.tell('RotationAbandoned', secret)
  const wanted = { ...changed, ...follows }
  const versionsCount = await pruneVersions(rooms, shelf, wanted)
  const replicas = await copies(rooms, secretWith(secret, wanted), fresh)
  const after = { ...wanted, versionsCount, replicas }
  rooms.secrets.replace(shelf, record, after)
  return after
}

async function copies(
  rooms: Changing,
  primary: Secret,
  fresh: Fresh | undefined,
): Promise<Replica[] | undefined> {
  if (!primary.record.replicas) return undefined
  const replicas: Replica[] = []
  for (const replica of primary.record.replicas) {
    replicas.push(await inStep(rooms, primary, replica, fresh))
  }
  return replicas
}

/** A copy that never came to be, because its name was taken, is left as it is. */
async function inStep(
  rooms: Changing,
  primary: Secret,
  replica: Replica,
  fresh: Fresh | undefined,
): Promise<Replica> {
  const { account, region } = { ...primary.shelf, region: replica.region }
  const there = rooms.secrets.find({ account, region }, primary.record.name)
  if (there && there.primaryRegion !== primary.shelf.region) return replica
  return copyTo(rooms, primary, replica, fresh)
}
