/** What Secrets Manager changes on its own account, when no call is there whose caller it could ask for. */
import { randomUUID } from 'node:crypto'
import type { Draws } from '../../lib/draws.ts'
import type { Desk } from '../operation.ts'
import type { EventRecorder } from './events.ts'
import { type Changing, fault } from './service.ts'
import { SecretStore } from './store.ts'
import { Vault } from './vault.ts'

/** The rooms of a change that the clock, or the operator, brings about. */
export const actingRooms = (
  attempt: Desk['attempt'],
  draws: Draws,
  eventRecord: EventRecorder,
): Changing => ({
  secrets: new SecretStore(attempt),
  vault: new Vault(noKeys),
  draws,
  tell(name, { arn: secretArn, shelf }) {
    const event = { name, at: draws.at, shelf, secretArn, eventId: randomUUID() }
    attempt.record(eventRecord(event))
  },
})

/** No values are opened so: a copy that needs one falls behind, and says so, until somebody's call. */
const noKeys = () => {
  throw fault('DecryptionFailure', 'No caller is here whose permission opens the value.')
}
