/**
 * A new store key: from this answer on everything is sealed under it, and what was sealed before is
 * sealed anew in the background. Nothing is unreadable at any instant.
 */
import { anything } from '../operation.ts'
import { heeding } from './seal.ts'
import { fault, operation } from './service.ts'

export const rotateStoreKey = operation('RotateStoreKey', {
  action: 'strongroom:RotateStoreKey',
  touches: ({ operator }) => anything(operator),

  run: ({ keys, attempt, draws }) =>
    heeding(fault, async () => {
      const key = draws.draw('store key', () => keys.makeStoreKey())
      return { StoreKeyId: await keys.proposeStoreKey(attempt, draws.at, key) }
    }),
})
