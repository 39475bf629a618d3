/** IAM: its table of operations and what they are given. */
import { iam as model } from '../../contract/generated/iam.ts'
import { type Service, tableOf } from '../operation.ts'
import { access } from './access/table.ts'
import { account } from './account/table.ts'
import { groups } from './groups/table.ts'
import { keys } from './keys/table.ts'
import { logins } from './logins/table.ts'
import { policies } from './policies/table.ts'
import { profiles } from './profiles/table.ts'
import { providers } from './providers/table.ts'
import { roles } from './roles/table.ts'
import type { KeySecrets } from './secrets.ts'
import type { Rooms } from './service.ts'
import { simulation } from './simulation/table.ts'
import { IdentityStore } from './store.ts'
import { users } from './users/table.ts'

export function iam(secrets: KeySecrets): Service {
  return {
    model,
    internalCode: 'ServiceFailure',
    operations: tableOf([
      ...access,
      ...account,
      ...groups,
      ...keys,
      ...logins,
      ...policies,
      ...profiles,
      ...providers,
      ...roles,
      ...simulation,
      ...users,
    ]),
    // AWS lets nobody manage identities by GetSessionToken or GetFederationToken without MFA.
    admits: ({ kind, session }) => !session || kind === 'role-session',
    rooms: ({ attempt, caller, draws, refusal }): Rooms => ({
      identities: new IdentityStore(attempt),
      secrets,
      caller,
      draws,
      refusal,
    }),
  }
}
