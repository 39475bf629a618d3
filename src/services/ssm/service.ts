/**
 * Parameter Store, the part of Systems Manager that secrets need.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
import type { SsmOperations } from '../../contract/generated/ssm.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { PageTokens } from '../../lib/page.ts'
import { type Desk, declare } from '../operation.ts'
import type { ParameterReader, ParameterStore } from './store.ts'

/** What deciding about a call may look at. */
export interface Look {
  readonly parameters: ParameterReader
  readonly caller: Caller
  readonly region: string
}

/** What the operations of this service may use. */
export interface Rooms extends Look {
  readonly parameters: ParameterStore
  readonly draws: Draws
  readonly tokens: PageTokens
  readonly enter: Desk['enter']
  readonly refusal: Desk['refusal']
}

export const { operation, fault } = declare<SsmOperations, Look, Rooms>()
