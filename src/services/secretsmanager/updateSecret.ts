/**
 * Changes a secret's description or key and, if a value comes with it, makes that the current one.
 * LastChangedDate moves even when nothing else does.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
 */
import { findSecret, mustBeLive, mustBeOffered, mustHaveToken } from './secret.ts'
import { operation } from './service.ts'
import { plainOf } from './vault.ts'
import { addVersion, current, moveLabels, mustBeOneValue } from './version.ts'

export const updateSecret = operation('UpdateSecret', {
  action: 'secretsmanager:UpdateSecret',

  touches(look, input) {
    mustBeOneValue(input)
    mustBeOffered(input)
    if (plainOf(input)) mustHaveToken(input.ClientRequestToken)
    return findSecret(look, input.SecretId)
  },

  async run(rooms, input, secret) {
    mustBeLive(secret)
    const { shelf, record, arn } = secret
    const value = plainOf(input)
    const token = value && mustHaveToken(input.ClientRequestToken)
    const added = token && (await addVersion(rooms, secret, token, value))
    rooms.secrets.replace(shelf, record, {
      ...record,
      description:
        input.Description === undefined ? record.description : input.Description || undefined,
      kmsKeyId: input.KmsKeyId ?? record.kmsKeyId,
      labels: added ? moveLabels(record.labels, token, [current]) : record.labels,
      changedAt: rooms.draws.at,
    })

    return { ARN: arn, Name: record.name, ...(token && { VersionId: token }) }
  },
})
