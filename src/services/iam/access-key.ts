/** Access keys of a user, as operations find them. */
import { fault, type Rooms } from './service.ts'
import type { AccessKeyRecord } from './store.ts'
import type { User } from './user.ts'

/** The user's key of that id. Throws NoSuchEntity for a key of anybody else, too. */
export async function mustFindKey(
  { identities }: Rooms,
  { record }: User,
  id: string,
): Promise<AccessKeyRecord> {
  const key = record.accessKeyIds.includes(id) ? await identities.findAccessKey(id) : undefined
  if (key) return key
  throw fault('NoSuchEntity', `The Access Key with id ${id} cannot be found.`)
}
