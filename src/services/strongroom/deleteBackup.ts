/** Removes a backup that was made on demand from the server, once it was fetched. */
import { anything } from '../operation.ts'
import { inProgress, mustFind } from './backup.ts'
import { operation } from './service.ts'

export const deleteBackup = operation('DeleteBackup', {
  action: 'strongroom:DeleteBackup',
  touches: ({ operator }) => anything(operator),

  run({ backups }, { BackupId }) {
    mustFind(backups, BackupId)
    if (!backups.remove(BackupId)) throw inProgress('The backup is still being made.')
    return {}
  },
})
