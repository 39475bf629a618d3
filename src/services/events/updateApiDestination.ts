/**
 * Changes an API destination; what is left out stays.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateApiDestination.html
 */
import { destinationView, findDestination, mustBeFitDestination } from './destination.ts'
import { operation } from './service.ts'

export const updateApiDestination = operation('UpdateApiDestination', {
  action: 'events:UpdateApiDestination',
  touches: (look, { Name }) => findDestination(look, Name, 'update'),

  run(rooms, input, { shelf, record }) {
    const changed = {
      ...record,
      description: input.Description ?? record.description,
      connectionArn: input.ConnectionArn ?? record.connectionArn,
      endpoint: input.InvocationEndpoint ?? record.endpoint,
      method: input.HttpMethod ?? record.method,
      ratePerSecond: input.InvocationRateLimitPerSecond ?? record.ratePerSecond,
      changedAt: rooms.draws.at,
    }
    mustBeFitDestination(rooms, shelf, changed)
    rooms.events.putDestination(shelf, changed)
    return destinationView(rooms, shelf, changed)
  },
})
