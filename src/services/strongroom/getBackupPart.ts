/**
 * A part of a backup that is ready, from a position on. All of it is ciphertext; without the seal it
 * opens nothing.
 */
import { anything } from '../operation.ts'
import { inProgress, mustFind } from './backup.ts'
import { fault, operation } from './service.ts'

const partBytesMax = 1 << 20

export const getBackupPart = operation('GetBackupPart', {
  action: 'strongroom:GetBackupPart',
  touches: ({ operator }) => anything(operator),

  run({ backups }, { BackupId, Position = 0 }) {
    const { state, bytes = 0, reason } = mustFind(backups, BackupId)
    if (state === 'CREATING') throw inProgress('The backup is still being made.')
    if (state === 'FAILED') throw fault('ResourceNotFoundException', `The backup failed: ${reason}`)
    const Part = backups.read(BackupId, Position, partBytesMax)
    const next = Position + Part.length
    return { Part, NextPosition: Part.length > 0 && next < bytes ? next : undefined }
  },
})
