/**
 * A further account of this deployment, with the first key pair of its root. The secret is shown here
 * and never again.
 *
 * The deployment's own account is the operator's: nobody of another account is ever allowed this.
 */
import { randomInt } from 'node:crypto'
import type { AccountId } from '../../lib/brand.ts'
import { accessKeyId, secretAccessKey } from '../../lib/ids.ts'
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'

export const createAccount = operation('CreateAccount', {
  action: 'strongroom:CreateAccount',
  touches: ({ operator }) => anything(operator),

  run({ attempt, people, draws }, { AccountId: asked }) {
    const account = (asked ?? draws.draw('account id', randomId)) as AccountId
    const key = {
      accessKeyId: draws.draw('root key id', () => accessKeyId('AKIA')),
      secretAccessKey: draws.draw('root secret key', secretAccessKey),
    }
    if (!people.addAccount(attempt, { account, at: draws.at }, key)) {
      throw fault('AccountExistsException', `The account ${account} exists already.`)
    }
    return {
      AccountId: account,
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
    }
  },
})

/** Twelve digits; a million times a million, so that two seldom meet (and are told if they do). */
const randomId = (): string =>
  [0, 0].map(() => String(randomInt(1_000_000)).padStart(6, '0')).join('')
