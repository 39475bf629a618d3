/**
 * Secrets Manager.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
import type { SecretsManagerOperations } from '../../contract/generated/secretsmanager.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import { declare } from '../operation.ts'
import type { SecretReader, SecretStore } from './store.ts'
import type { Vault } from './vault.ts'

/** What deciding about a call may look at. */
export interface Look {
  readonly secrets: SecretReader
  readonly caller: Caller
  readonly region: string
}

/** What the operations of this service may use. */
export interface Rooms extends Look {
  readonly secrets: SecretStore
  readonly vault: Vault
  readonly draws: Draws
}

export const { operation, fault } = declare<SecretsManagerOperations, Look, Rooms>()
