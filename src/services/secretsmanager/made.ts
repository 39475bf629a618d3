/**
 * Making a secret: what stands in the way of a new one, and its first record.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
import type { CreateSecretRequest } from '../../contract/generated/secretsmanager.ts'
import { randomSuffix } from '../../lib/ids.ts'
import type { Subject } from '../operation.ts'
import { ownKeyOf } from './kms.ts'
import type { SecretRecord } from './records.ts'
import { statusOf } from './replica.ts'
import { hereOf, type Secret, secretOf } from './secret.ts'
import { fault, type Rooms } from './service.ts'
import type { Plain } from './vault.ts'
import { isFilled, tokenTaken } from './version.ts'

/** Throws unless the caller may do everything that making this secret comprises. */
export function mustBeAllowedAll(
  { refusal }: Rooms,
  { Tags, AddReplicaRegions }: CreateSecretRequest,
  subject: Subject,
): void {
  const actions = [
    ...(Tags?.length ? ['secretsmanager:TagResource'] : []),
    ...(AddReplicaRegions ? ['secretsmanager:ReplicateSecretToRegions'] : []),
  ]
  for (const action of actions) {
    const refused = refusal(action, subject)
    if (refused) throw refused
  }
}

/** The first record of a secret, still without a version. */
export const newRecord = ({ draws }: Rooms, input: CreateSecretRequest, token: string) =>
  ({
    name: input.Name,
    suffix: draws.draw('suffix', randomSuffix),
    madeBy: token,
    description: input.Description || undefined,
    kmsKeyId: ownKeyOf(input.KmsKeyId),
    type: input.Type || undefined,
    tags: input.Tags?.length ? input.Tags : undefined,
    createdAt: draws.at,
    changedAt: draws.at,
    labels: [],
    versionsCount: 0,
  }) satisfies SecretRecord

/** What a secret answers to the request that made it. */
export async function madeAnswer(rooms: Rooms, secret: Secret, versionId: string | undefined) {
  return {
    ARN: secret.arn,
    Name: secret.record.name,
    VersionId: versionId,
    ReplicationStatus: await statusOf(rooms, secret),
  }
}

/**
 * The secret that has this name already, if the very same request made it. Throws when the name is
 * somebody else's, and when the account has as many secrets as it may.
 */
export async function findRepeated(
  rooms: Rooms,
  name: string,
  token: string,
  plain: Plain | undefined,
): Promise<Secret | undefined> {
  const here = hereOf(rooms)
  const taken = rooms.secrets.find(here, name)
  if (!taken) {
    mustHaveRoom(await rooms.secrets.count(here))
    return undefined
  }
  const secret = secretOf(here, taken, name)
  if (isRepeated(rooms, secret, token, plain)) return secret
  throw fault(
    'ResourceExistsException',
    `The operation failed because the secret ${name} already exists.`,
  )
}

const secretsMax = 500_000

/** Throws if there is no room for one more secret. The count is about right, as AWS's own is. */
export function mustHaveRoom(count: number): void {
  if (count < secretsMax) return
  throw fault(
    'LimitExceededException',
    'The request failed because it would exceed one of the Secrets Manager quotas.',
  )
}

function isRepeated(
  { secrets, vault }: Rooms,
  secret: Secret,
  token: string,
  plain: Plain | undefined,
): boolean {
  const { shelf, record, arn } = secret
  if (record.deletedAt !== undefined) {
    throw fault(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  }
  const version = secrets.findVersion(shelf, record, token)
  if (!version || !isFilled(version)) return !plain && record.madeBy === token
  if (plain && vault.holds(secret, version, plain)) return true
  throw tokenTaken(token, arn)
}
