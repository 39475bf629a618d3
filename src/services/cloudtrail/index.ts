/** CloudTrail: its table of operations and what they are given. */
import { cloudtrail as model } from '../../contract/generated/cloudtrail.ts'
import { type Service, tableOf } from '../operation.ts'
import { lookupEvents } from './lookupEvents.ts'
import type { Ports, Rooms } from './service.ts'

const operations = tableOf([lookupEvents])

export const cloudtrail = (ports: Ports): Service => ({
  model,
  internalCode: 'InternalFailure',
  operations,
  rooms: ({ caller, region, draws }): Rooms => ({ ...ports, caller, region, draws }),
})
