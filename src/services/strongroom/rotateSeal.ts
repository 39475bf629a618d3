/** A new root key under the seal that the store has; the same steps as for moving to another. */
import { anything } from '../operation.ts'
import { heeding } from './seal.ts'
import { fault, operation } from './service.ts'

export const rotateSeal = operation('RotateSeal', {
  action: 'strongroom:RotateSeal',
  touches: ({ operator }) => anything(operator),

  run: ({ keys, attempt, draws }, { Secret }) =>
    heeding(fault, async () => {
      await keys.proposeMove(attempt, await draws.draw('seal', () => keys.prepareAnew(Secret)))
      return { To: keys.seal }
    }),
})
