/** What the operations on backups share. */
import type { BackupPorts, Order } from './order.ts'
import { fault } from './service.ts'

/** Throws for one that is not there. */
export function mustFind(backups: BackupPorts, backupId: string): Order {
  const order = backups.find(backupId)
  if (order) return order
  throw fault('ResourceNotFoundException', `There is no backup ${backupId} here.`)
}

export const inProgress = (words: string) => fault('BackupInProgressException', words)
