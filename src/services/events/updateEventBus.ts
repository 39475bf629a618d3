/**
 * Another description of a bus.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html
 */
import { findBus } from './bus.ts'
import { mustBeOfferedBus } from './permission.ts'
import { operation } from './service.ts'

export const updateEventBus = operation('UpdateEventBus', {
  action: 'events:UpdateEventBus',
  touches: (look, { Name }) => findBus(look, Name),

  run({ events, draws }, input, { arn, shelf, record }) {
    mustBeOfferedBus(input)
    const description = input.Description ?? record.description
    events.putBus(shelf, { ...record, description, changedAt: draws.at })
    return { Arn: arn, Name: record.name, Description: description }
  },
})
