/**
 * Whether a user has a password, and since when.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
 */
import { operation } from '../service.ts'
import { findUserOrSelf } from '../users/self.ts'
import { loginView, mustFindLogin } from './login.ts'

export const getLoginProfile = operation('GetLoginProfile', {
  action: 'iam:GetLoginProfile',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  run: (rooms, _input, { record }) => ({
    LoginProfile: loginView(record, mustFindLogin(rooms, record)),
  }),
})
