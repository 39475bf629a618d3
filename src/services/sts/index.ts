/** STS: its table of operations and what they are given. */
import { sts as model } from '../../contract/generated/sts.ts'
import { type Service, tableOf } from '../operation.ts'
import { getCallerIdentity } from './getCallerIdentity.ts'
import type { Rooms } from './service.ts'

export function sts(): Service {
  return {
    model,
    internalCode: 'InternalFailure',
    operations: tableOf([getCallerIdentity]),
    rooms: ({ caller }): Rooms => ({ caller }),
  }
}
