/**
 * Security Token Service.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
import type { StsOperations } from '../../contract/generated/sts.ts'
import type { Caller } from '../../lib/caller.ts'
import { declare } from '../operation.ts'

export interface Rooms {
  readonly caller: Caller
}

export const { operation } = declare<StsOperations, Rooms, Rooms>()
