/**
 * Another password for a user, or whether it must be changed at the next sign-in.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'
import { mustFindLogin, withPassword } from './login.ts'

export const updateLoginProfile = operation('UpdateLoginProfile', {
  action: 'iam:UpdateLoginProfile',
  touches: (look, { UserName }) => find(look, 'user', UserName),

  async run(rooms, { Password, PasswordResetRequired }, { record }) {
    const login = mustFindLogin(rooms, record)
    const after = Password === undefined ? login : await withPassword(rooms, login, Password)
    const mustReset = PasswordResetRequired ?? login.mustReset
    rooms.identities.putLogin(record.id, { ...after, mustReset })
    return done
  },
})
