/**
 * Takes the account's name away.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
 */
import { anything } from '../../operation.ts'
import { done, fault, operation } from '../service.ts'
import { settingsOf } from './settings.ts'

export const deleteAccountAlias = operation('DeleteAccountAlias', {
  action: 'iam:DeleteAccountAlias',
  touches: ({ caller: { account } }) => anything(account),

  run(rooms, { AccountAlias }) {
    const { alias, ...settings } = settingsOf(rooms)
    if (alias === undefined || alias !== AccountAlias) {
      throw fault('NoSuchEntity', `The account alias ${AccountAlias} cannot be found.`)
    }
    rooms.identities.removeAlias(alias)
    rooms.identities.putAccount(rooms.caller.account, settings)
    return done
  },
})
