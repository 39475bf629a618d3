/**
 * An address outside to which rules send events, called by a connection.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html
 */
import { randomUUID } from 'node:crypto'
import { namedArn } from '../../events/arns.ts'
import { hereOf } from './bus.ts'
import { absentId } from './connection.ts'
import { destinationType, destinationView, mustBeFitDestination } from './destination.ts'
import { fault, operation } from './service.ts'

export const createApiDestination = operation('CreateApiDestination', {
  action: 'events:CreateApiDestination',

  touches(look, { Name: name }) {
    const shelf = hereOf(look)
    const arn = namedArn('api-destination', shelf, { name, id: absentId })
    return { arn, account: shelf.account, type: destinationType }
  },

  run(rooms, input) {
    const { events, draws } = rooms
    const shelf = hereOf(rooms)
    if (events.findDestination(shelf, input.Name)) {
      throw fault(
        'ResourceAlreadyExistsException',
        `An api-destination '${input.Name}' already exists.`,
      )
    }
    const record = {
      name: input.Name,
      id: draws.draw('destination id', () => randomUUID()),
      description: input.Description,
      connectionArn: input.ConnectionArn,
      endpoint: input.InvocationEndpoint,
      method: input.HttpMethod,
      ratePerSecond: input.InvocationRateLimitPerSecond,
      ...{ createdAt: draws.at, changedAt: draws.at },
    }
    mustBeFitDestination(rooms, shelf, record)
    events.putDestination(shelf, record)
    return destinationView(rooms, shelf, record)
  },
})
