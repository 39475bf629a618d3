/**
 * Schedules a secret's end, 7 to 30 days ahead, or ends it at once. Forcing the end of a name that
 * never existed succeeds, so that clean-up scripts can be repeated.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
import { dayMs } from '../../lib/clock.ts'
import { Absent, type Subject } from '../operation.ts'
import { findSecret, mustBeLive, type Secret } from './secret.ts'
import { fault, operation } from './service.ts'

const windowDaysDefault = 30

interface Gone extends Subject {
  readonly gone: true
}

export const deleteSecret = operation('DeleteSecret', {
  action: 'secretsmanager:DeleteSecret',

  async touches(look, input): Promise<Secret | Absent | Gone> {
    mustBeFitWindow(input)
    const secret = await findSecret(look, input.SecretId)
    if (!(secret instanceof Absent) || !input.ForceDeleteWithoutRecovery) return secret
    return { arn: secret.arn, account: secret.account, shown: secret.shown, gone: true }
  },

  async run({ secrets, draws }, input, secret) {
    const at = draws.at
    if ('gone' in secret) return { ARN: secret.arn, Name: input.SecretId, DeletionDate: at }
    const { shelf, record, arn } = secret
    if (input.ForceDeleteWithoutRecovery) {
      await secrets.purge(shelf, record)
      return { ARN: arn, Name: record.name, DeletionDate: at }
    }
    mustBeLive(secret)
    const purgeAt = at + (input.RecoveryWindowInDays ?? windowDaysDefault) * dayMs
    secrets.replace(shelf, record, { ...record, deletedAt: at, purgeAt })
    return { ARN: arn, Name: record.name, DeletionDate: purgeAt }
  },
})

function mustBeFitWindow(input: {
  readonly RecoveryWindowInDays?: number | undefined
  readonly ForceDeleteWithoutRecovery?: boolean | undefined
}): void {
  const days = input.RecoveryWindowInDays
  if (days === undefined) return
  if (days < 7 || days > 30) {
    throw fault(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    )
  }
  if (input.ForceDeleteWithoutRecovery) {
    throw fault(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    )
  }
}
