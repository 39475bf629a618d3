/** The operator's API: its table of operations and what they are given. */
import { strongroom as model } from '../../contract/generated/strongroom.ts'
import { type Service, tableOf } from '../operation.ts'
import { createAccount } from './createAccount.ts'
import { explain } from './explain.ts'
import { lint } from './lint.ts'
import { listAccounts } from './listAccounts.ts'
import type { Ports, Rooms } from './service.ts'
import { tailAudit } from './tailAudit.ts'
import { whoCan } from './whoCan.ts'
import { whoDid } from './whoDid.ts'

export function strongroom(ports: Ports): Service {
  return {
    model,
    internalCode: 'InternalServiceError',
    operations: tableOf([createAccount, explain, lint, listAccounts, tailAudit, whoCan, whoDid]),
    rooms: ({ attempt, caller, region, draws, consider }): Rooms => ({
      ...ports,
      ...{ attempt, caller, region, draws, consider },
    }),
  }
}
