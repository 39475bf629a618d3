/** Secrets Manager: its table of operations and what they are given. */
import { secretsmanager as model } from '../../contract/generated/secretsmanager.ts'
import type { DataKeys } from '../../keyring/envelope.ts'
import { type Service, tableOf } from '../operation.ts'
import { createSecret } from './createSecret.ts'
import { deleteSecret } from './deleteSecret.ts'
import { describeSecret } from './describeSecret.ts'
import { getSecretValue } from './getSecretValue.ts'
import { listSecrets } from './listSecrets.ts'
import { putSecretValue } from './putSecretValue.ts'
import { restoreSecret } from './restoreSecret.ts'
import type { Rooms } from './service.ts'
import { SecretStore } from './store.ts'
import { updateSecret } from './updateSecret.ts'
import { Vault } from './vault.ts'

export function secretsManager(dataKeys: DataKeys): Service {
  const vault = new Vault(dataKeys)
  return {
    model,
    internalCode: 'InternalServiceError',
    operations: tableOf([
      createSecret,
      deleteSecret,
      describeSecret,
      getSecretValue,
      listSecrets,
      putSecretValue,
      restoreSecret,
      updateSecret,
    ]),
    rooms: ({ attempt, caller, region, draws }): Rooms => ({
      secrets: new SecretStore(attempt),
      vault,
      caller,
      region,
      draws,
    }),
  }
}
