/**
 * A user's own new password, for the old one. Nobody else's: that is UpdateLoginProfile.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
 */
import type { Absent } from '../../operation.ts'
import { type Found, find } from '../entity.ts'
import { done, fault, operation } from '../service.ts'
import { mustFindLogin, withPassword } from './login.ts'
import { isPassword } from './password.ts'

export const changePassword = operation('ChangePassword', {
  action: 'iam:ChangePassword',

  touches(look): Promise<Found<'user'> | Absent> {
    const { kind, userName } = look.caller
    if (kind === 'user' && userName !== undefined) return find(look, 'user', userName)
    throw fault('InvalidUserType', 'Only IAM Users can change their own password')
  },

  async run(rooms, { OldPassword, NewPassword }, { record }) {
    const login = await mustFindLogin(rooms, record)
    if (!(await isPassword(OldPassword, login.password))) {
      throw fault('AccessDeniedException', 'The old password was incorrect.')
    }
    const after = await withPassword(rooms, login, NewPassword)
    rooms.identities.putLogin(record.id, { ...after, mustReset: false })
    return done
  },
})
