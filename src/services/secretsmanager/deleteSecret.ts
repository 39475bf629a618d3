/**
 * Schedules a secret's end, 7 to 30 days ahead, or ends it at once. Forcing the end of a name that
 * never existed succeeds, so that clean-up scripts can be repeated.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
import { dayMs } from '../../lib/clock.ts'
import type { Subject } from '../operation.ts'
import { changeSecret } from './change.ts'
import { mustBeFitWindow, windowDaysDefault } from './deletion.ts'
import { mustHaveNoReplicas } from './replica.ts'
import { AbsentSecret, findSecret, mustBeLive, mustBePrimary, type Secret } from './secret.ts'
import { operation } from './service.ts'

interface Gone extends Subject {
  readonly gone: string
}

export const deleteSecret = operation('DeleteSecret', {
  action: 'secretsmanager:DeleteSecret',

  touches(look, input): Secret | AbsentSecret | Gone {
    mustBeFitWindow(input)
    const secret = findSecret(look, input)
    if (!(secret instanceof AbsentSecret) || !input.ForceDeleteWithoutRecovery) return secret
    const { arn, account, shown, context = {}, name } = secret
    return { arn, account, shown, context, gone: name }
  },

  async run(rooms, input, secret) {
    const { at } = rooms.draws
    if ('gone' in secret) return { ARN: secret.arn, Name: secret.gone, DeletionDate: at }
    mustBePrimary(secret)
    mustHaveNoReplicas(secret)
    const { shelf, record, arn } = secret
    if (input.ForceDeleteWithoutRecovery) {
      await rooms.secrets.purge(shelf, record)
      rooms.tell('EndSecretVersionDelete', secret)
      return { ARN: arn, Name: record.name, DeletionDate: at }
    }
    mustBeLive(secret)
    const purgeAt = at + (input.RecoveryWindowInDays ?? windowDaysDefault) * dayMs
    await changeSecret(rooms, secret, { deletedAt: at, purgeAt })
    rooms.tell('StartSecretVersionDelete', secret)
    return { ARN: arn, Name: record.name, DeletionDate: purgeAt }
  },
})
