/**
 * What an operator does about a rotation beyond AWS's API: take a stuck one up again, and rotate back to
 * the value of an earlier version, function and all.
 */
import { randomUUID } from 'node:crypto'
import { changeSecret } from './change.ts'
import { holderOf, pending, previous, withoutLabel } from './labels.ts'
import type { Rotation } from './records.ts'
import { mustNotBePending, unfinishedId } from './rotation.ts'
import { mustBeChangeable, type Secret } from './secret.ts'
import { type Changing, fault } from './service.ts'
import { beginRotation } from './turn.ts'
import { isFilled, valueNotFound } from './version.ts'

export interface Repaired {
  readonly kind: 'nothing' | 'reattempted' | 'label-removed'
  readonly versionId?: string | undefined
}

/**
 * Heals an AWSPENDING that is stuck. A rotation that is not done is taken up again now, with its token:
 * the function finds out how far it came. One that nobody goes on with loses its label; its value stays
 * to be read by its id.
 */
export async function repairRotation(rooms: Changing, secret: Secret): Promise<Repaired> {
  mustBeChangeable(secret)
  const { record } = secret
  const { rotation, labels } = record
  const versionId = unfinishedId(labels)
  if (versionId === undefined || rotation?.trial) return { kind: 'nothing' }
  if (rotation?.enabled && rotation.versionId === versionId) {
    await changeSecret(rooms, secret, { rotation: { ...rotation, dueAt: rooms.draws.at } })
    return { kind: 'reattempted', versionId }
  }
  await changeSecret(rooms, secret, { labels: withoutLabel(labels, pending) })
  return { kind: 'label-removed', versionId }
}

/**
 * Begins a rotation to the value of an earlier version, AWSPREVIOUS unless another is named: a new
 * version that has the value already, so that the function sets it, tests it and makes it current.
 */
export async function rotateBack(
  rooms: Changing,
  secret: Secret,
  from: string | undefined,
): Promise<{ readonly versionId: string; readonly from: string }> {
  mustBeChangeable(secret)
  const { secrets, draws } = rooms
  const { shelf, record } = secret
  const rotation = mustRotate(secret)
  mustNotBePending(record.labels)
  const sourceId = from ?? holderOf(record.labels, previous)
  const source = secrets.findVersion(shelf, record, sourceId ?? '')
  if (!source || !isFilled(source)) {
    throw valueNotFound(from === undefined ? { VersionStage: previous } : { VersionId: from })
  }
  const versionId = draws.draw('version', () => randomUUID())
  const content = { ...source.content, boundTo: source.content.boundTo ?? source.id }
  await beginRotation(rooms, secret, rotation, versionId, content)
  return { versionId, from: source.id }
}

function mustRotate({ record: { rotation } }: Secret): Rotation {
  if (rotation?.enabled && rotation.lambdaArn !== undefined) return rotation
  throw fault('InvalidRequestException', 'The secret is not rotated by a function.')
}
