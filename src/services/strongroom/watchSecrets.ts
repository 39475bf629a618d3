/**
 * Which of these secrets and parameters have changed behind a position. Where none has, the answer waits
 * for one to change. Names are told only by a decision made after the change: an answer that waited tells
 * that something did (`WokenAt`), and whoever asks again behind the same position is decided on anew.
 */
import { secondMs } from '../../lib/clock.ts'
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'
import { idsWhere, keysIn, watchOf } from './watch.ts'

const waitSecondsDefault = 20

export const watchSecrets = operation('WatchSecrets', {
  action: 'strongroom:WatchSecrets',
  touches: ({ caller }) => anything(caller.account),

  run(rooms, { Watched, Position, WaitSeconds = waitSecondsDefault }) {
    const { attempt, changes, afterwards } = rooms
    const watch = watchOf(rooms, Watched)
    const position = Position === undefined ? attempt.at : Number(Position)
    // A position that is still to come is another store's, or of a time that was taken back.
    const isKnown = position <= attempt.at
    const changed = isKnown ? changes.since(position, keysIn(watch)) : 'unknown'
    const isReset = changed === 'unknown'
    const output = {
      Position: String(attempt.at),
      Reset: isReset,
      Changed: idsWhere(watch, (key) => !isReset && key !== undefined && changed.has(key)),
      Refused: idsWhere(watch, (key) => key === undefined),
    }
    const isNews = isReset || changed.size > 0 || Position === undefined
    if (isNews || WaitSeconds === 0) return output
    if (!changes.hasRoom()) throw fault('ThrottlingException', 'Too many watch at once.')
    afterwards(async () => {
      const wokenAt = await changes.wait(attempt.at, keysIn(watch), WaitSeconds * secondMs)
      return wokenAt === undefined ? output : { ...output, WokenAt: String(wokenAt) }
    })
    return output
  },
})
