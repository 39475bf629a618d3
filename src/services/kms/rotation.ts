/**
 * Rotation: new material for new ciphertexts, while the old goes on opening the old ones.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */

import { dayMs } from '../../lib/clock.ts'
import { eachOf } from '../operation.ts'
import type { MadeMaterial, Materials } from './material.ts'
import type { Backing, KeyRecord, Shelf } from './records.ts'
import { fault } from './service.ts'
import { specOf, symmetric } from './spec.ts'
import type { KeyStore } from './store.ts'
import type { Key } from './subject.ts'

export const periodDaysDefault = 365

/** Throws unless the key is of a kind that is ever rotated here. AWS gives no words for it. */
export function mustBeRotatable({ record, shelf }: Key): void {
  const isReplica = record.family !== undefined && record.family.primary !== shelf.region
  if (record.spec !== symmetric || isReplica) throw fault('UnsupportedOperationException')
}

/** The new material of a key that is about to be rotated. */
export const makeNext = (materials: Materials, { account }: Shelf, record: KeyRecord) =>
  materials.make({ account, keyId: record.id }, specOf(record.spec))

/** Rotates a key whose material is made here: in all its regions at once. */
export function rotate(
  keys: KeyStore,
  shelf: Shelf,
  record: KeyRecord,
  next: MadeMaterial,
  turn: { by: 'AUTOMATIC' | 'ON_DEMAND'; at: number },
): void {
  const backing: Backing = { id: next.id, since: turn.at, by: turn.by }
  for (const member of membersOf(keys, shelf, record)) {
    keys.putMaterial(member.shelf, record.id, next.id, next.record)
    const backings = [...member.record.backings, backing]
    keys.put(
      member.shelf,
      { ...turned(member.record, turn), current: next.id, backings },
      member.record,
    )
  }
}

/** Only the clock's own turns move the date of the next one. */
function turned(record: KeyRecord, { by, at }: { by: Backing['by']; at: number }): KeyRecord {
  if (by === 'ON_DEMAND') return { ...record, onDemandCount: (record.onDemandCount ?? 0) + 1 }
  const { rotation } = record
  if (!rotation) return record
  const { periodDays } = rotation
  return { ...record, rotation: { periodDays, nextAt: at + periodDays * dayMs } }
}

export interface Member {
  readonly shelf: Shelf
  readonly record: KeyRecord
}

/** A key with its replicas, where it has some. */
export function membersOf(keys: KeyStore, shelf: Shelf, record: KeyRecord): Member[] {
  const { family } = record
  if (!family) return [{ shelf, record }]
  const members = eachOf(family.regions, (region) => {
    const place = { account: shelf.account, region }
    return { shelf: place, record: keys.find(place, record.id) }
  })
  return members.filter((member): member is Member => member.record !== undefined)
}
