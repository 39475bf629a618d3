/** The account as a whole: the operations. */
import type { Operation } from '../../operation.ts'
import { createAccountAlias } from './createAccountAlias.ts'
import { deleteAccountAlias } from './deleteAccountAlias.ts'
import { deleteAccountPasswordPolicy } from './deleteAccountPasswordPolicy.ts'
import { getAccountAuthorizationDetails } from './getAccountAuthorizationDetails.ts'
import { getAccountPasswordPolicy } from './getAccountPasswordPolicy.ts'
import { getAccountSummary } from './getAccountSummary.ts'
import { listAccountAliases } from './listAccountAliases.ts'
import { updateAccountPasswordPolicy } from './updateAccountPasswordPolicy.ts'

export const account: readonly Operation[] = [
  createAccountAlias,
  deleteAccountAlias,
  deleteAccountPasswordPolicy,
  getAccountAuthorizationDetails,
  getAccountPasswordPolicy,
  getAccountSummary,
  listAccountAliases,
  updateAccountPasswordPolicy,
]
