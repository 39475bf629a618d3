/**
 * Demands of passwords what AWS demands of itself.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
 */
import { anything } from '../../operation.ts'
import { done, fault, operation } from '../service.ts'
import { settingsOf } from './settings.ts'

export const deleteAccountPasswordPolicy = operation('DeleteAccountPasswordPolicy', {
  action: 'iam:DeleteAccountPasswordPolicy',
  touches: ({ caller: { account } }) => anything(account),

  run(rooms) {
    const { passwordPolicy, ...settings } = settingsOf(rooms)
    if (!passwordPolicy) {
      throw fault('NoSuchEntity', 'The account policy with name PasswordPolicy cannot be found.')
    }
    rooms.identities.putAccount(rooms.caller.account, settings)
    return done
  },
})
