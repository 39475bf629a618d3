/**
 * What the account demands of new passwords. What is not said goes back to AWS's default.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
 */
import { anything } from '../../operation.ts'
import { done, operation } from '../service.ts'
import { settingsOf } from './settings.ts'

const charsMinDefault = 6

export const updateAccountPasswordPolicy = operation('UpdateAccountPasswordPolicy', {
  action: 'iam:UpdateAccountPasswordPolicy',
  touches: ({ caller: { account } }) => anything(account),

  run(rooms, input) {
    const settings = settingsOf(rooms)
    const passwordPolicy = {
      charsMin: input.MinimumPasswordLength ?? charsMinDefault,
      needsSymbol: input.RequireSymbols ?? false,
      needsNumber: input.RequireNumbers ?? false,
      needsUpperCase: input.RequireUppercaseCharacters ?? false,
      needsLowerCase: input.RequireLowercaseCharacters ?? false,
      usersMayChange: input.AllowUsersToChangePassword ?? false,
      ageDaysMax: input.MaxPasswordAge,
      remembered: input.PasswordReusePrevention,
      hardExpiry: input.HardExpiry,
    }
    rooms.identities.putAccount(rooms.caller.account, { ...settings, passwordPolicy })
    return done
  },
})
