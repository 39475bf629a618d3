/**
 * Secrets Manager.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
import type { SecretsManagerOperations } from '../../contract/generated/secretsmanager.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { PageTokens } from '../../lib/page.ts'
import { type Desk, declare } from '../operation.ts'
import type { EventName } from './events.ts'
import type { Shelf } from './records.ts'
import type { SecretReader, SecretStore } from './store.ts'
import type { Vault } from './vault.ts'

/** What deciding about a call may look at. */
export interface Look {
  readonly secrets: SecretReader
  readonly caller: Caller
  readonly region: string
  /** The regions that this deployment serves. */
  readonly regions: ReadonlySet<string>
  /** The id of the KMS key that has an alias now. */
  findKeyId(shelf: Shelf, alias: string): string | undefined
}

/** What a change of a secret needs, asked for by a call or by the clock. */
export interface Changing {
  readonly secrets: SecretStore
  readonly vault: Vault
  readonly draws: Draws
  /** Records what the service does about a secret on its own account. */
  tell(event: EventName, secret: { readonly arn: string; readonly shelf: Shelf }): void
}

/** What the operations of this service may use. */
export interface Rooms extends Look, Changing {
  readonly secrets: SecretStore
  readonly tokens: PageTokens
  readonly enter: Desk['enter']
  readonly refusal: Desk['refusal']
  /** Whether a rotation function exists and lets this service invoke it for a secret. */
  mayInvoke(functionArn: string, secretArn: string): boolean
  /** Whoever rotates waits no longer than it must: there will be something to do. */
  wakeRotation(): void
}

export const { operation, fault } = declare<SecretsManagerOperations, Look, Rooms>()
