/** Gives up an event that could not be delivered. */
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'

export const deleteDeadLetter = operation('DeleteDeadLetter', {
  action: 'strongroom:DeleteDeadLetter',
  touches: ({ caller }) => anything(caller.account),

  run({ letters, attempt, caller, region }, { DeadLetterId }) {
    const shelf = { account: caller.account, region }
    if (!letters.find(attempt, shelf, DeadLetterId)) throw absent(DeadLetterId)
    letters.drop(attempt, shelf, DeadLetterId)
    return { DeadLetterId }
  },
})

const absent = (id: string) => fault('ResourceNotFoundException', `There is no dead letter ${id}.`)
