/**
 * Lets a user sign in to the console by a password.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
 */
import type { LoginRecord } from '../records.ts'
import { fault, operation } from '../service.ts'
import { findUserOrSelf } from '../users/self.ts'
import { fitPassword, loginView } from './login.ts'

export const createLoginProfile = operation('CreateLoginProfile', {
  action: 'iam:CreateLoginProfile',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  async run(rooms, { Password, PasswordResetRequired = false }, { record }) {
    const { identities, draws } = rooms
    if (Password === undefined) throw fault('ValidationException', 'Password is required.')
    if (identities.findLogin(record.id)) {
      throw fault('EntityAlreadyExists', `Login Profile for user ${record.name} already exists.`)
    }
    const login: LoginRecord = {
      createdAt: draws.at,
      mustReset: PasswordResetRequired,
      changedAt: draws.at,
      password: await fitPassword(rooms, Password),
      before: [],
    }
    identities.putLogin(record.id, login)
    return { LoginProfile: loginView(record, login) }
  },
})
