/** The store of a folder that is unsealed, with the thread that writes for it. */
import type { Config } from './config.ts'
import type { Folder } from './folder.ts'
import { Codec } from './store/collection.ts'
import { openIn } from './store/place.ts'
import { Store, sharedLimits, storeLimits } from './store/store.ts'
import type { World } from './world.ts'

export async function openStore(
  folder: Folder,
  world: World,
  { auditSegmentBytes: segmentBytes, workers }: Config,
): Promise<Store> {
  const { keyring, journalKeys: keys, place, anchorPath } = folder
  const { complain, fatal } = world
  const engine = await openIn(place, { anchorPath, keys, segmentBytes, complain, fatal })
  const codec = new Codec(keyring.storeId, keyring.sealer('records'))
  const isAlone = place.kind === 'sqlite' && workers === 1
  return new Store(engine, codec, isAlone ? storeLimits : sharedLimits)
}
