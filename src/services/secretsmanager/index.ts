/** Secrets Manager: its table of operations and what they are given. */
import { randomUUID } from 'node:crypto'
import { secretsmanager as model } from '../../contract/generated/secretsmanager.ts'
import type { PageTokens } from '../../lib/page.ts'
import { type Desk, type Service, tableOf } from '../operation.ts'
import { batchGetSecretValue } from './batchGetSecretValue.ts'
import { cancelRotateSecret } from './cancelRotateSecret.ts'
import { createSecret } from './createSecret.ts'
import { deleteResourcePolicy } from './deleteResourcePolicy.ts'
import { deleteSecret } from './deleteSecret.ts'
import { describeSecret } from './describeSecret.ts'
import type { EventRecorder } from './events.ts'
import { getRandomPassword } from './getRandomPassword.ts'
import { getResourcePolicy } from './getResourcePolicy.ts'
import { getSecretValue } from './getSecretValue.ts'
import { keysFor } from './kms.ts'
import { listSecrets } from './listSecrets.ts'
import { listSecretVersionIds } from './listSecretVersionIds.ts'
import { putResourcePolicy } from './putResourcePolicy.ts'
import { putSecretValue } from './putSecretValue.ts'
import type { Shelf } from './records.ts'
import { removeRegionsFromReplication } from './removeRegionsFromReplication.ts'
import { replicateSecretToRegions } from './replicateSecretToRegions.ts'
import { restoreSecret } from './restoreSecret.ts'
import { rotateSecret } from './rotateSecret.ts'
import type { Rooms } from './service.ts'
import { stopReplicationToReplica } from './stopReplicationToReplica.ts'
import { SecretStore } from './store.ts'
import { tagResource } from './tagResource.ts'
import { untagResource } from './untagResource.ts'
import { updateSecret } from './updateSecret.ts'
import { updateSecretVersionStage } from './updateSecretVersionStage.ts'
import { validateResourcePolicy } from './validateResourcePolicy.ts'
import { Vault } from './vault.ts'

export { actingRooms } from './acting.ts'
export { Duty } from './duty.ts'
export { repairRotation, rotateBack } from './mend.ts'
export { type Sweeping, sweepSecrets } from './sweep.ts'

/** What the house lends this service. */
export interface Ports {
  readonly tokens: PageTokens
  /** The regions that this deployment serves. */
  readonly regions: ReadonlySet<string>
  readonly eventRecord: EventRecorder
  /** The id of the KMS key that has an alias in an account's region. */
  findKeyId(attempt: Desk['attempt'], shelf: Shelf, alias: string): string | undefined
  readonly functions: Functions
  /** Nudges whoever rotates: a call has made something due. */
  wakeRotation(): void
}

/** What the house knows of rotation functions. */
export interface Functions {
  /** Whether a function exists and lets this service invoke it for a secret. */
  mayInvoke(desk: Desk, functionArn: string, secretArn: string): boolean
}

const operations = tableOf([
  batchGetSecretValue,
  cancelRotateSecret,
  createSecret,
  deleteResourcePolicy,
  deleteSecret,
  describeSecret,
  getRandomPassword,
  getResourcePolicy,
  getSecretValue,
  listSecrets,
  listSecretVersionIds,
  putResourcePolicy,
  putSecretValue,
  removeRegionsFromReplication,
  replicateSecretToRegions,
  restoreSecret,
  rotateSecret,
  stopReplicationToReplica,
  tagResource,
  untagResource,
  updateSecret,
  updateSecretVersionStage,
  validateResourcePolicy,
])

export const secretsManager = (ports: Ports): Service => ({
  model,
  internalCode: 'InternalServiceError',
  operations,
  rooms: (desk) => roomsOf(ports, desk),
})

function roomsOf(ports: Ports, desk: Desk): Rooms {
  const { tokens, regions, eventRecord } = ports
  const { attempt, caller, region, draws, enter, refusal } = desk
  return {
    secrets: new SecretStore(attempt),
    vault: new Vault(keysFor(desk)),
    findKeyId: (owner, alias) => ports.findKeyId(attempt, owner, alias),
    mayInvoke: (functionArn, secretArn) => ports.functions.mayInvoke(desk, functionArn, secretArn),
    wakeRotation: () => ports.wakeRotation(),
    caller,
    region,
    draws,
    tokens,
    regions,
    enter,
    refusal,
    tell(name, { arn: secretArn, shelf }) {
      const eventId = draws.draw('service event id', () => randomUUID())
      attempt.record(eventRecord({ name, at: draws.at, shelf, secretArn, eventId }))
    },
  }
}
