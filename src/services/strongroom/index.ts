/** The operator's API: its table of operations and what they are given. */
import { strongroom as model } from '../../contract/generated/strongroom.ts'
import { type Service, tableOf } from '../operation.ts'
import { acknowledgeAlert } from './acknowledgeAlert.ts'
import { backupStatus } from './backupStatus.ts'
import { createAccount } from './createAccount.ts'
import { createBackup } from './createBackup.ts'
import { deleteBackup } from './deleteBackup.ts'
import { deleteDeadLetter } from './deleteDeadLetter.ts'
import { describeRotation } from './describeRotation.ts'
import { describeSeal } from './describeSeal.ts'
import { diagnose } from './diagnose.ts'
import { explain } from './explain.ts'
import { exportAudit } from './exportAudit.ts'
import { getBackupPart } from './getBackupPart.ts'
import { lint } from './lint.ts'
import { listAccounts } from './listAccounts.ts'
import { listAlerts } from './listAlerts.ts'
import { listDeadLetters } from './listDeadLetters.ts'
import { listNodes } from './listNodes.ts'
import { listRotations } from './listRotations.ts'
import { putReadReceipts } from './putReadReceipts.ts'
import { redriveDeadLetter } from './redriveDeadLetter.ts'
import { repairRotation } from './repairRotation.ts'
import { rewrapSeal } from './rewrapSeal.ts'
import { rotateBack } from './rotateBack.ts'
import { rotateSeal } from './rotateSeal.ts'
import { rotateStoreKey } from './rotateStoreKey.ts'
import type { Ports, Rooms } from './service.ts'
import { tailAudit } from './tailAudit.ts'
import { watchSecrets } from './watchSecrets.ts'
import { whoCan } from './whoCan.ts'
import { whoDid } from './whoDid.ts'

export function strongroom(ports: Ports): Service {
  return {
    model,
    internalCode: 'InternalServiceError',
    operations: tableOf([
      acknowledgeAlert,
      backupStatus,
      createAccount,
      createBackup,
      deleteBackup,
      deleteDeadLetter,
      describeRotation,
      describeSeal,
      diagnose,
      explain,
      exportAudit,
      getBackupPart,
      lint,
      listAccounts,
      listAlerts,
      listNodes,
      listDeadLetters,
      listRotations,
      putReadReceipts,
      redriveDeadLetter,
      repairRotation,
      rewrapSeal,
      rotateBack,
      rotateSeal,
      rotateStoreKey,
      tailAudit,
      watchSecrets,
      whoCan,
      whoDid,
    ]),
    rooms: ({
      attempt,
      caller,
      region,
      draws,
      requestId,
      afterwards,
      consider,
      refusal,
    }): Rooms => ({
      ...ports,
      ...{ attempt, caller, region, draws, requestId, afterwards, consider, refusal },
    }),
  }
}
