/** EventBridge: its table of operations and what they are given. */
import { events as model } from '../../contract/generated/events.ts'
import { type Service, tableOf } from '../operation.ts'
import { createApiDestination } from './createApiDestination.ts'
import { createConnection } from './createConnection.ts'
import { createEventBus } from './createEventBus.ts'
import { deauthorizeConnection } from './deauthorizeConnection.ts'
import { deleteApiDestination } from './deleteApiDestination.ts'
import { deleteConnection } from './deleteConnection.ts'
import { deleteEventBus } from './deleteEventBus.ts'
import { deleteRule } from './deleteRule.ts'
import { describeApiDestination } from './describeApiDestination.ts'
import { describeConnection } from './describeConnection.ts'
import { describeEventBus } from './describeEventBus.ts'
import { describeRule } from './describeRule.ts'
import { disableRule } from './disableRule.ts'
import { enableRule } from './enableRule.ts'
import { listApiDestinations } from './listApiDestinations.ts'
import { listConnections } from './listConnections.ts'
import { listEventBuses } from './listEventBuses.ts'
import { listRuleNamesByTarget } from './listRuleNamesByTarget.ts'
import { listRules } from './listRules.ts'
import { listTagsForResource } from './listTagsForResource.ts'
import { listTargetsByRule } from './listTargetsByRule.ts'
import { putEvents } from './putEvents.ts'
import { putPermission } from './putPermission.ts'
import { putRule } from './putRule.ts'
import { putTargets } from './putTargets.ts'
import { removePermission } from './removePermission.ts'
import { removeTargets } from './removeTargets.ts'
import type { Ports } from './service.ts'
import { EventStore } from './store.ts'
import { tagResource } from './tagResource.ts'
import { testEventPattern } from './testEventPattern.ts'
import { untagResource } from './untagResource.ts'
import { updateApiDestination } from './updateApiDestination.ts'
import { updateConnection } from './updateConnection.ts'
import { updateEventBus } from './updateEventBus.ts'

const operations = tableOf([
  createApiDestination,
  createConnection,
  createEventBus,
  deauthorizeConnection,
  deleteApiDestination,
  deleteConnection,
  deleteEventBus,
  deleteRule,
  describeApiDestination,
  describeConnection,
  describeEventBus,
  describeRule,
  disableRule,
  enableRule,
  listApiDestinations,
  listConnections,
  listEventBuses,
  listRuleNamesByTarget,
  listRules,
  listTagsForResource,
  listTargetsByRule,
  putEvents,
  putPermission,
  putRule,
  putTargets,
  removePermission,
  removeTargets,
  tagResource,
  testEventPattern,
  untagResource,
  updateApiDestination,
  updateConnection,
  updateEventBus,
])

export const events = (ports: Ports): Service => ({
  model,
  internalCode: 'InternalException',
  operations,
  rooms: ({ attempt, caller, region, draws, refusal }) => ({
    ...ports,
    events: new EventStore(attempt),
    ...{ attempt, caller, region, draws, refusal },
  }),
})
