/**
 * Gives the account a name for its people's sign-in; another one goes. A name belongs to one account.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
 */
import { anything } from '../../operation.ts'
import { done, fault, operation } from '../service.ts'
import { settingsOf } from './settings.ts'

export const createAccountAlias = operation('CreateAccountAlias', {
  action: 'iam:CreateAccountAlias',
  touches: ({ caller: { account } }) => anything(account),

  run(rooms, { AccountAlias: alias }) {
    const { identities, caller } = rooms
    const holder = identities.findAlias(alias)
    if (holder !== undefined) {
      throw fault('EntityAlreadyExists', `The account alias ${alias} already exists.`)
    }
    const settings = settingsOf(rooms)
    if (settings.alias !== undefined) identities.removeAlias(settings.alias)
    identities.putAlias(alias, caller.account)
    identities.putAccount(caller.account, { ...settings, alias })
    return done
  },
})
