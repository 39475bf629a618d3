/** Access keys: the operations. */
import type { Operation } from '../../operation.ts'
import { createAccessKey } from './createAccessKey.ts'
import { deleteAccessKey } from './deleteAccessKey.ts'
import { getAccessKeyLastUsed } from './getAccessKeyLastUsed.ts'
import { listAccessKeys } from './listAccessKeys.ts'
import { updateAccessKey } from './updateAccessKey.ts'

export const keys: readonly Operation[] = [
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
]
