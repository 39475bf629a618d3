/** Secrets of connections, sealed anew when the store's key was rotated. */
import type { AccountId } from '../lib/brand.ts'
import type { Attempt } from '../store/attempt.ts'
import type { Connections } from './secrets.ts'
import { EventStore } from './store.ts'

/** Writes the connection anew if its secrets are sealed under an older store key; true if they were. */
export function resealConnection(
  attempt: Attempt,
  connections: Connections,
  [account = '', region = '', name = '']: readonly string[],
): boolean {
  const store = new EventStore(attempt)
  const shelf = { account: account as AccountId, region }
  const connection = store.findConnection(shelf, name)
  if (!connection || connections.isNewest(connection)) return false
  const secrets = connections.seal(shelf, connection.id, connections.open(shelf, connection))
  store.putConnection(shelf, { ...connection, secrets })
  return true
}
