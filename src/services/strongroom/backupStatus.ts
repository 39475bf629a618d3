/** How a backup comes along, and how those on schedule stand: the last good one, and what its drill found. */
import { anything } from '../operation.ts'
import { mustFind } from './backup.ts'
import { orderView, scheduleView } from './order.ts'
import { operation } from './service.ts'

export const backupStatus = operation('BackupStatus', {
  action: 'strongroom:BackupStatus',
  touches: ({ operator }) => anything(operator),

  run({ backups }, { BackupId }) {
    const standing = backups.standing()
    return {
      Backup: BackupId === undefined ? undefined : orderView(mustFind(backups, BackupId)),
      Schedule: standing && scheduleView(standing),
    }
  },
})
