/**
 * The end of recovery windows: what was deleted and not restored in time is removed for good. Each
 * secret goes in an attempt of its own, with the record of it, so that a crash leaves it whole or gone.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */

import { randomUUID } from 'node:crypto'
import { runEach } from '../../lib/errands.ts'
import type { See } from '../../store/attempt.ts'
import type { Desk } from '../operation.ts'
import type { EventRecorder } from './events.ts'
import { arnOf } from './name.ts'
import { type Due, SecretReader, SecretStore } from './store.ts'

type Attempt = Desk['attempt']

/** What the house lends the sweeper. */
export interface Sweeping {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
  readonly eventRecord: EventRecorder
}

const secretsPerSweepMax = 5000

/**
 * Removes secrets whose windows ended by then; gives how many. Called again, it takes the rest. One
 * that cannot be removed keeps none of the others waiting; the first failure is thrown at the end.
 */
export async function sweepSecrets(house: Sweeping, at: number): Promise<number> {
  const due = await house.see((look) => new SecretReader(look).due(at, secretsPerSweepMax))
  return runEach(due, (each) => house.attempt((attempt) => sweepOne(house, attempt, each, at)))
}

/** It may have been restored, or removed and made anew, since the list was read. */
async function sweepOne(
  { eventRecord }: Sweeping,
  attempt: Attempt,
  { shelf, name }: Due,
  at: number,
): Promise<boolean> {
  const secrets = new SecretStore(attempt)
  const secret = secrets.find(shelf, name)
  if (secret?.purgeAt === undefined || secret.purgeAt > at) return false
  await secrets.purge(shelf, secret)
  const secretArn = arnOf(shelf, name, secret.suffix)
  const eventId = randomUUID()
  attempt.record(eventRecord({ name: 'EndSecretVersionDelete', at, shelf, secretArn, eventId }))
  return true
}
