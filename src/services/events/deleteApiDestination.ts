/**
 * Removes an API destination. What waits for it becomes dead letters.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteApiDestination.html
 */
import { findDestination } from './destination.ts'
import { operation } from './service.ts'

export const deleteApiDestination = operation('DeleteApiDestination', {
  action: 'events:DeleteApiDestination',
  touches: (look, { Name }) => findDestination(look, Name, 'delete'),

  run({ events }, { Name }, { shelf }) {
    events.removeDestination(shelf, Name)
    return {}
  },
})
