/**
 * One version of a secret, opened for the caller. With its batch twin, which asks it for each part,
 * the only way by which the value of a secret leaves the house.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
import { bothOf } from '../operation.ts'
import { labelsOf } from './labels.ts'
import { findSecret, mustBeLive } from './secret.ts'
import { operation } from './service.ts'
import { shownAs } from './value.ts'
import { chooseVersion, versionContext } from './version.ts'

export const getSecretValue = operation('GetSecretValue', {
  action: 'secretsmanager:GetSecretValue',

  // A policy may ask for the stage.
  touches: (look, input) => findSecret(look, input, (record) => versionContext(record, input)),

  run({ secrets, vault, draws }, input, secret) {
    mustBeLive(secret)
    const { arn, shelf, record } = secret
    // Looked at first: nothing is opened in a run that has to begin anew.
    const [version, lastDay] = bothOf(
      () => chooseVersion(secrets, secret, input),
      () => secrets.lastDay(shelf, record),
    )
    const bytes = vault.open(secret, version)
    secrets.noteRead(shelf, record, version, { lastDay, at: draws.at })

    return {
      ARN: arn,
      Name: record.name,
      VersionId: version.id,
      VersionStages: labelsOf(record.labels, version.id),
      CreatedDate: version.createdAt,
      ...shownAs(version.content.kind, bytes),
    }
  },
})
