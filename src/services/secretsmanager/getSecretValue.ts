/**
 * One version of a secret, opened for the caller. The only way by which the value of a secret leaves
 * the house.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
import { Absent } from '../operation.ts'
import { findSecret, mustBeLive } from './secret.ts'
import { operation } from './service.ts'
import { chooseVersion, chosenId, current, labelsOf } from './version.ts'

export const getSecretValue = operation('GetSecretValue', {
  action: 'secretsmanager:GetSecretValue',

  // A policy may ask for the stage. The effective ones are put in, so that naming a version by its
  // id does not slip past a Deny by stage.
  async touches(look, input) {
    const secret = await findSecret(look, input.SecretId)
    if (secret instanceof Absent) return secret
    const id = chosenId(secret.record, input)
    const labels = id === undefined ? [] : labelsOf(secret.record.labels, id)
    const stages = input.VersionStage ? [input.VersionStage] : input.VersionId ? labels : [current]
    const context = {
      ...secret.context,
      'secretsmanager:VersionStage': stages,
      ...(id !== undefined && { 'secretsmanager:VersionId': id }),
    }
    return { ...secret, context }
  },

  async run({ secrets, vault, draws }, input, secret) {
    mustBeLive(secret)
    const version = await chooseVersion(secrets, secret, input)
    const bytes = await vault.open(secret.arn, version)
    secrets.noteRead(secret.shelf, secret.record, version.id, draws.at)

    return {
      ARN: secret.arn,
      Name: secret.record.name,
      VersionId: version.id,
      VersionStages: labelsOf(secret.record.labels, version.id),
      CreatedDate: version.createdAt,
      ...(version.kind === 'string' ? { SecretString: bytes.toString() } : { SecretBinary: bytes }),
    }
  },
})
