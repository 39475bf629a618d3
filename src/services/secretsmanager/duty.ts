/**
 * What the rotation engine asks of Secrets Manager: what is due, what is to be done about it, how far
 * the labels say it is, and what came of it. Each runs in an attempt of the engine's.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_how.html
 */
import { randomUUID } from 'node:crypto'
import { dayMs } from '../../lib/clock.ts'
import type { Draws } from '../../lib/draws.ts'
import type { Desk, RecordLook } from '../operation.ts'
import { actingRooms } from './acting.ts'
import type { EventRecorder, RotationEvent } from './events.ts'
import { current, holderOf, pending } from './labels.ts'
import { arnOf } from './name.ts'
import type { Rotation, SecretRecord } from './records.ts'
import { unfinishedId } from './rotation.ts'
import { type Secret, secretOf } from './secret.ts'
import { type Due, dueOf, SecretReader, SecretStore } from './store.ts'
import { endTrial } from './trial.ts'
import { beginRotation } from './turn.ts'
import { nextWindow } from './window.ts'

type Attempt = Desk['attempt']

/** One turn: the function that is to be invoked, and for which version. */
export interface Work {
  readonly arn: string
  readonly kind: 'rotation' | 'trial'
  readonly functionArn: string
  readonly versionId: string
  readonly rotationToken: string
  /** The end of the window in which it began; absent for one that was asked for. */
  readonly windowEndsAt?: number | undefined
}

/** A version that nobody is rotating to has AWSPENDING: as on AWS it stands in the way. */
export interface Blocked {
  readonly arn: string
  readonly blockedBy: string
}

/** How far a turn's version is: `gone` when the rotation was cancelled, abandoned, or deleted. */
export type Standing = 'pending' | 'current' | 'gone'

/** When a turn that failed is taken up again. */
export type Again = number | 'next window'

/** The service as the engine knows it. */
export class Duty {
  readonly #eventRecord: EventRecorder

  constructor(eventRecord: EventRecorder) {
    this.#eventRecord = eventRecord
  }

  /** Whether this very secret is still there, and not another of its name. */
  has(attempt: Attempt, due: Due, arn: string): boolean {
    return found(attempt, due)?.arn === arn
  }

  /** The earliest rotations that were due by then. */
  due(look: RecordLook, at: number, itemsMax: number): Promise<Due[]> {
    return new SecretReader(look).dueRotations(at, itemsMax)
  }

  /** What there is to do about a secret now; begins a rotation whose window has come. */
  async take(attempt: Attempt, due: Due, draws: Draws): Promise<Work | Blocked | undefined> {
    const secret = found(attempt, due)
    const rotation = secret && rotating(secret.record)
    const { at } = draws
    if (!rotation || (dueOf(rotation) ?? Number.POSITIVE_INFINITY) > at) return undefined
    if (rotation.trial) return workOf(secret.arn, rotation, 'trial')
    const unfinished = unfinishedId(secret.record.labels)
    if (unfinished !== undefined && unfinished !== rotation.versionId) {
      return { arn: secret.arn, blockedBy: unfinished }
    }
    if (unfinished !== undefined) return workOf(secret.arn, rotation, 'rotation')
    const versionId = draws.draw('version', () => randomUUID())
    const { rotation: begun } = await beginRotation(
      actingRooms(attempt, draws, this.#eventRecord),
      secret,
      rotation,
      versionId,
    )
    const work = workOf(secret.arn, begun ?? rotation, 'rotation')
    return { ...work, windowEndsAt: rotation.nextAt }
  }

  standing(attempt: Attempt, due: Due, { kind, versionId }: Work): Standing {
    const secret = found(attempt, due)
    const rotation = secret && rotating(secret.record)
    if (!rotation) return 'gone'
    const { labels } = secret.record
    if (kind === 'rotation' && holderOf(labels, current) === versionId) return 'current'
    const wanted = kind === 'trial' ? rotation.trial?.versionId : rotation.versionId
    const isPending = wanted === versionId && holderOf(labels, pending) === versionId
    return isPending ? 'pending' : 'gone'
  }

  /** Takes a turn up again later. LastChangedDate does not move for it. */
  postpone(attempt: Attempt, due: Due, again: Again, at: number): void {
    const secret = found(attempt, due)
    const rotation = secret && rotating(secret.record)
    if (!rotation) return
    // Without a schedule there is no window: a rotation that was asked for once is tried each day.
    const next = nextWindow(rotation.rules, at)?.dueAt ?? at + dayMs
    const dueAt = again === 'next window' ? next : again
    const after = { ...secret.record, rotation: { ...rotation, dueAt } }
    new SecretStore(attempt).replace(secret.shelf, secret.record, after)
  }

  /** Removes what a test left. The schedule goes on as it was. */
  async endTrial(attempt: Attempt, due: Due, draws: Draws): Promise<void> {
    const secret = found(attempt, due)
    if (secret) await endTrial(actingRooms(attempt, draws, this.#eventRecord), secret)
  }

  /** Records what happened as AWS's service event. `error` holds no values. */
  tell(
    attempt: Attempt,
    { shelf }: Due,
    event: { name: RotationEvent; arn: string; at: number; error?: string },
  ): void {
    const { name, arn: secretArn, at, error } = event
    const told = { name, at, shelf, secretArn, eventId: randomUUID() }
    attempt.record(this.#eventRecord({ ...told, ...(error !== undefined && { error }) }))
  }
}

function found(attempt: Attempt, { shelf, name }: Due): Secret | undefined {
  const record = new SecretReader(attempt).find(shelf, name)
  return record && secretOf(shelf, record, arnOf(shelf, name, record.suffix))
}

function rotating(record: SecretRecord): (Rotation & { lambdaArn: string }) | undefined {
  const { rotation, deletedAt, primaryRegion } = record
  if (!rotation?.enabled || deletedAt !== undefined || primaryRegion !== undefined) return undefined
  const { lambdaArn } = rotation
  return lambdaArn === undefined ? undefined : { ...rotation, lambdaArn }
}

function workOf(
  arn: string,
  { lambdaArn = '', versionId = '', rotationToken = '', trial }: Rotation,
  kind: Work['kind'],
): Work {
  const version = kind === 'trial' ? trial?.versionId : versionId
  return { arn, kind, functionArn: lambdaArn, versionId: version ?? '', rotationToken }
}
