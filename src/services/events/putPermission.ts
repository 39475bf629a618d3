/**
 * Lets another account, or whoever a policy names, put events on a bus.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
 */
import { findBus } from './bus.ts'
import { mustBePolicy, withStatement } from './permission.ts'
import { operation } from './service.ts'

export const putPermission = operation('PutPermission', {
  action: 'events:PutPermission',
  touches: (look, { EventBusName }) => findBus(look, EventBusName),

  run({ events, draws }, input, bus) {
    const { shelf, record } = bus
    const policy =
      input.Policy === undefined ? withStatement(bus, input) : mustBePolicy(input.Policy)
    events.putBus(shelf, { ...record, policy, changedAt: draws.at })
    return {}
  },
})
