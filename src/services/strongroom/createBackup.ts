/**
 * Begins a backup of the whole deployment on the server: everything sealed as it is, at one head. It is
 * fetched in parts, and waits an hour for that.
 */
import { randomUUID } from 'node:crypto'
import { anything } from '../operation.ts'
import { inProgress } from './backup.ts'
import { operation } from './service.ts'

export const createBackup = operation('CreateBackup', {
  action: 'strongroom:CreateBackup',
  touches: ({ operator }) => anything(operator),

  run({ backups, draws }) {
    // The work begins here and not with the commit: it is harmless, and the same id begins it once.
    const BackupId = draws.draw('backup id', () => randomUUID())
    if (!backups.order(BackupId)) throw inProgress('Another backup is being made.')
    return { BackupId }
  },
})
