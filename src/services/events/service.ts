/**
 * EventBridge: rules that wait for what happens, and where they send it.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html
 */
import type { EventBridgeOperations } from '../../contract/generated/events.ts'
import type { Connections } from '../../events/secrets.ts'
import type { Admits } from '../../lib/address.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { PageTokens } from '../../lib/page.ts'
import { type Desk, declare } from '../operation.ts'
import type { EventReader, EventStore } from './store.ts'

/** What the house lends this service. */
export interface Ports {
  readonly tokens: PageTokens
  readonly connections: Connections
  /** Which addresses events may be sent to. */
  readonly admits: Admits
}

export interface Look {
  readonly events: EventReader
  readonly caller: Caller
  readonly region: string
}

/** What the operations of this service may use. */
export interface Rooms extends Look, Ports {
  readonly events: EventStore
  readonly attempt: Desk['attempt']
  readonly draws: Draws
  readonly refusal: Desk['refusal']
}

export const { operation, fault } = declare<EventBridgeOperations, Look, Rooms>()

/** What AWS has and this house has not, refused by name. */
export const notOffered = (member: string, instead: string) =>
  fault('ValidationException', `${member} is not offered here: ${instead}`)
