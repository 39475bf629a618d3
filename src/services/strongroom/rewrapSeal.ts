/**
 * Moves the store to another seal, and to another root key with it. With this answer both seals open the
 * store; the old one is dropped once the new one was read back and has opened every store key.
 */
import { anything } from '../operation.ts'
import { heeding } from './seal.ts'
import { fault, operation } from './service.ts'

export const rewrapSeal = operation('RewrapSeal', {
  action: 'strongroom:RewrapSeal',
  touches: ({ operator }) => anything(operator),

  run: ({ keys, attempt, draws }, { To, Secret }) =>
    heeding(fault, async () => {
      // Made once for all attempts: a KMS is asked, a passphrase is stretched.
      await keys.proposeMove(attempt, await draws.draw('seal', () => keys.prepare(To, Secret)))
      return { To }
    }),
})
