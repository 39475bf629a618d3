/** Tries once more to deliver an event, with all its retries, to the target that it was for as it is now. */
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'

export const redriveDeadLetter = operation('RedriveDeadLetter', {
  action: 'strongroom:RedriveDeadLetter',
  touches: ({ caller }) => anything(caller.account),

  run({ letters, attempt, caller, region, draws }, { DeadLetterId }) {
    const shelf = { account: caller.account, region }
    const isThere = letters.redrive(attempt, shelf, DeadLetterId, draws.at)
    if (!isThere) throw absent(DeadLetterId)
    return { DeadLetterId }
  },
})

const absent = (id: string) => fault('ResourceNotFoundException', `There is no dead letter ${id}.`)
