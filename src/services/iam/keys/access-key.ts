/** Access keys of a user, as operations find them. */

import type { AccessKeyRecord, UserRecord } from '../records.ts'
import { fault, type Rooms } from '../service.ts'

/** The user's key of that id. Throws NoSuchEntity for a key of anybody else, too. */
export function mustFindKey({ identities }: Rooms, user: UserRecord, id: string): AccessKeyRecord {
  const key = user.accessKeyIds.includes(id) ? identities.findAccessKey(id) : undefined
  if (key) return key
  throw fault('NoSuchEntity', `The Access Key with id ${id} cannot be found.`)
}
