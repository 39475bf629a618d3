/**
 * What the clock alone brings about: keys whose days are over are destroyed, keys are rotated, imported
 * material runs out. Each thing is one commit with its record, found again from what is due: a crash
 * between two of them loses nothing and does nothing twice.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
 */

import { randomUUID } from 'node:crypto'
import { dayMs } from '../../lib/clock.ts'
import { runEach } from '../../lib/errands.ts'
import type { See } from '../../store/attempt.ts'
import type { Desk } from '../operation.ts'
import { withoutMaterial } from './backing.ts'
import { type MaterialPorts, Materials } from './material.ts'
import { keyArn } from './name.ts'
import type { Due, DueKind, KeyRecord, Shelf } from './records.ts'
import { makeNext, membersOf, rotate } from './rotation.ts'
import { stateOf } from './state.ts'
import { KeyReader, KeyStore } from './store.ts'

type Attempt = Desk['attempt']

/** What was done to a key, in CloudTrail's words. */
export interface KeyEvent {
  readonly name: 'DeleteKey' | 'RotateKey' | 'DeleteExpiredKeyMaterial'
  readonly keyArn: string
  readonly shelf: Shelf
  readonly at: number
  readonly eventId: string
}

/** What the house lends the sweeper. */
export interface SweepPorts extends MaterialPorts {
  readonly see: See
  /** Runs this until it commits. */
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
  /** The audit record of what was done. */
  eventRecord(event: KeyEvent): object
}

const duesPerSweepMax = 5000

/**
 * Does what was due by then; gives how much. Called again, it takes the rest. What fails keeps none of
 * the others waiting; the first failure is thrown at the end.
 */
export async function sweepKeys(ports: SweepPorts, at: number): Promise<number> {
  const materials = new Materials(ports)
  const dues = await ports.see((look) => new KeyReader(look).listDue(at, duesPerSweepMax))
  return runEach(dues, (due) =>
    ports.attempt((attempt) => settle(ports, materials, attempt, due, at)),
  )
}

/** One thing at a time, looked at anew: it may have been called off since it was listed. */
async function settle(
  { eventRecord }: SweepPorts,
  materials: Materials,
  attempt: Attempt,
  due: Due,
  at: number,
): Promise<boolean> {
  const { shelf, keyId, kind } = due
  const keys = new KeyStore(attempt)
  const record = keys.find(shelf, keyId)
  if (!record || !(await doers[kind]({ materials, keys, shelf, record, at }))) return false
  const eventId = randomUUID()
  const name = names[kind]
  attempt.record(eventRecord({ name, keyArn: keyArn(shelf, keyId), shelf, at, eventId }))
  return true
}

const names: Readonly<Record<DueKind, KeyEvent['name']>> = {
  delete: 'DeleteKey',
  rotate: 'RotateKey',
  expire: 'DeleteExpiredKeyMaterial',
}

interface Task {
  readonly materials: Materials
  readonly keys: KeyStore
  readonly shelf: Shelf
  readonly record: KeyRecord
  readonly at: number
}

/** Each tells whether there was something to do. */
const doers: Readonly<Record<DueKind, (task: Task) => boolean | Promise<boolean>>> = {
  delete: destroy,
  rotate: rotateDue,
  expire,
}

async function rotateDue({ materials, keys, shelf, record, at }: Task): Promise<boolean> {
  const { rotation } = record
  if (!rotation || rotation.nextAt > at || stateOf(record) !== 'Enabled') return false
  const next = await makeNext(materials, shelf, record)
  rotate(keys, shelf, record, next, { by: 'AUTOMATIC', at })
  return true
}

function expire({ keys, shelf, record, at }: Task): boolean {
  const over = record.backings.filter(({ expiresAt = at + 1 }) => expiresAt <= at)
  if (over.length === 0) return false
  let rest = record
  for (const { id } of over) {
    keys.removeMaterial(shelf, record.id, id)
    rest = withoutMaterial(rest, id)
  }
  keys.put(shelf, rest, record)
  return true
}

async function destroy(task: Task): Promise<boolean> {
  const { keys, shelf, record, at } = task
  const { dueAt = at + 1 } = record.deletion ?? {}
  if (dueAt > at) return false
  for (const { id } of record.backings) keys.removeMaterial(shelf, record.id, id)
  for (const name of record.aliases) keys.removeAlias(shelf, name)
  await keys.removeGrants(shelf, record.id)
  keys.remove(shelf, record)
  leaveFamily(task)
  return true
}

/** The others forget the key; a primary that waited for its last replica begins to count its days. */
function leaveFamily({ keys, shelf, record, at }: Task): void {
  const { family } = record
  if (!family) return
  const regions = family.regions.filter((region) => region !== shelf.region)
  for (const member of membersOf(keys, shelf, {
    ...record,
    family: { ...family, regions },
  })) {
    const { deletion } = member.record
    const begins = deletion && deletion.dueAt === undefined && regions.length === 1
    keys.put(
      member.shelf,
      {
        ...member.record,
        family: { ...family, regions },
        deletion: begins ? { ...deletion, dueAt: at + deletion.windowDays * dayMs } : deletion,
      },
      member.record,
    )
  }
}
