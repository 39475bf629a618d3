/** Passwords for the console: the operations. */
import type { Operation } from '../../operation.ts'
import { changePassword } from './changePassword.ts'
import { createLoginProfile } from './createLoginProfile.ts'
import { deleteLoginProfile } from './deleteLoginProfile.ts'
import { getLoginProfile } from './getLoginProfile.ts'
import { updateLoginProfile } from './updateLoginProfile.ts'

export const logins: readonly Operation[] = [
  changePassword,
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfile,
]
