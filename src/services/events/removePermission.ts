/**
 * Takes a statement out of a bus's policy, or all of them.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemovePermission.html
 */
import { findBus } from './bus.ts'
import { withoutStatement } from './permission.ts'
import { operation } from './service.ts'

export const removePermission = operation('RemovePermission', {
  action: 'events:RemovePermission',
  touches: (look, { EventBusName }) => findBus(look, EventBusName),

  run({ events, draws }, { StatementId, RemoveAllPermissions }, bus) {
    const { policy: before, ...rest } = bus.record
    const policy = RemoveAllPermissions ? undefined : withoutStatement(bus, StatementId)
    if (policy !== before) events.putBus(bus.shelf, { ...rest, policy, changedAt: draws.at })
    return {}
  },
})
