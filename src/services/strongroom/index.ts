/** The operator's API: its table of operations and what they are given. */
import { strongroom as model } from '../../contract/generated/strongroom.ts'
import { type Service, tableOf } from '../operation.ts'
import type { AuditReader, Rooms } from './service.ts'
import { tailAudit } from './tailAudit.ts'

export function strongroom(audit: AuditReader): Service {
  return {
    model,
    internalCode: 'InternalServiceError',
    operations: tableOf([tailAudit]),
    rooms: ({ caller }): Rooms => ({ audit, caller }),
  }
}
