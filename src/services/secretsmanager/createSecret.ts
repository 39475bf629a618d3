/**
 * A new secret, with its first version if a value comes with it. A repeated request (same token, same
 * value) is answered as before.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
import { randomSuffix } from '../../lib/ids.ts'
import { absentSuffix, arnOf, mustBeName } from './name.ts'
import {
  hereOf,
  mustBeOffered,
  mustHaveToken,
  type Secret,
  secretOf,
  secretType,
} from './secret.ts'
import { fault, operation, type Rooms } from './service.ts'
import type { SecretRecord } from './store.ts'
import { mustHaveFitTags, requestTagContext } from './tags.ts'
import { plainOf } from './vault.ts'
import { addVersion, current, mustBeOneValue, tokenTaken } from './version.ts'

export const createSecret = operation('CreateSecret', {
  action: 'secretsmanager:CreateSecret',

  touches(look, input) {
    mustHaveToken(input.ClientRequestToken)
    mustBeName(input.Name)
    mustBeOneValue(input)
    mustBeOffered(input)
    mustHaveFitTags(input.Tags)
    const here = hereOf(look)
    const context = {
      'secretsmanager:Name': input.Name,
      ...(input.Description && { 'secretsmanager:Description': input.Description }),
      ...(input.KmsKeyId && { 'secretsmanager:KmsKeyId': input.KmsKeyId }),
      ...requestTagContext(input.Tags),
    }
    const arn = arnOf(here, input.Name, absentSuffix)
    return { arn, shown: input.Name, account: here.account, type: secretType, context }
  },

  async run(rooms, input) {
    const { secrets, draws } = rooms
    const here = hereOf(rooms)
    const token = mustHaveToken(input.ClientRequestToken)
    const value = plainOf(input)
    const taken = await secrets.find(here, input.Name)
    if (taken) return repeated(rooms, secretOf(here, taken, input.Name), token, value)

    const record: SecretRecord = {
      name: input.Name,
      suffix: draws.draw('suffix', randomSuffix),
      description: input.Description || undefined,
      kmsKeyId: input.KmsKeyId,
      tags: input.Tags?.length ? input.Tags : undefined,
      createdAt: draws.at,
      changedAt: draws.at,
      labels: value ? { [current]: token } : {},
    }
    const secret = secretOf(here, record, input.Name)
    if (value) await addVersion(rooms, secret, token, value)
    secrets.add(here, record)
    return { ARN: secret.arn, Name: record.name, ...(value && { VersionId: token }) }
  },
})

/** The name is taken: by the same request, sent again, or by something else. */
async function repeated(
  { secrets, vault }: Rooms,
  secret: Secret,
  token: string,
  value: ReturnType<typeof plainOf>,
) {
  const { shelf, record, arn } = secret
  if (record.deletedAt !== undefined) {
    throw fault(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  }
  const version = value && (await secrets.findVersion(shelf, record, token))
  if (version && (await vault.holds(arn, version, value))) {
    return { ARN: arn, Name: record.name, VersionId: token }
  }
  if (version) throw tokenTaken(token, arn)
  throw fault(
    'ResourceExistsException',
    `The operation failed because the secret ${record.name} already exists.`,
  )
}
