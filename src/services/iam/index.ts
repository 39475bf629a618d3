/** IAM: its table of operations and what they are given. */
import { iam as model } from '../../contract/generated/iam.ts'
import { type Service, tableOf } from '../operation.ts'
import { createAccessKey } from './createAccessKey.ts'
import { createUser } from './createUser.ts'
import { deleteAccessKey } from './deleteAccessKey.ts'
import { deleteUser } from './deleteUser.ts'
import { deleteUserPolicy } from './deleteUserPolicy.ts'
import { getUser } from './getUser.ts'
import { getUserPolicy } from './getUserPolicy.ts'
import { listAccessKeys } from './listAccessKeys.ts'
import { listUserPolicies } from './listUserPolicies.ts'
import { listUsers } from './listUsers.ts'
import { putUserPolicy } from './putUserPolicy.ts'
import type { KeySecrets } from './secrets.ts'
import type { Rooms } from './service.ts'
import { IdentityStore } from './store.ts'
import { updateAccessKey } from './updateAccessKey.ts'

export function iam(secrets: KeySecrets): Service {
  return {
    model,
    internalCode: 'ServiceFailure',
    operations: tableOf([
      createAccessKey,
      createUser,
      deleteAccessKey,
      deleteUser,
      deleteUserPolicy,
      getUser,
      getUserPolicy,
      listAccessKeys,
      listUserPolicies,
      listUsers,
      putUserPolicy,
      updateAccessKey,
    ]),
    rooms: ({ attempt, caller, draws }): Rooms => ({
      identities: new IdentityStore(attempt),
      secrets,
      caller,
      draws,
    }),
  }
}
