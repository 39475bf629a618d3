/**
 * A user's own new password, for the old one. Nobody else's: that is UpdateLoginProfile.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
 */
import { Absent } from '../../operation.ts'
import { usersMayChange } from '../account/settings.ts'
import { type Found, find } from '../entity.ts'
import { done, fault, operation } from '../service.ts'
import { mustFindLogin, withPassword } from './login.ts'
import { isPassword } from './password.ts'

export const changePassword = operation('ChangePassword', {
  action: 'iam:ChangePassword',

  touches(look): Found<'user'> | Absent {
    const { kind, userName } = look.caller
    if (kind !== 'user' || userName === undefined) {
      throw fault('InvalidUserType', 'Only IAM Users can change their own password')
    }
    const found = find(look, 'user', userName)
    if (found instanceof Absent || !usersMayChange(look)) return found
    return { ...found, grantAllows: true }
  },

  async run(rooms, { OldPassword, NewPassword }, { record }) {
    const login = mustFindLogin(rooms, record)
    if (!(await isPassword(OldPassword, login.password))) {
      throw fault('AccessDeniedException', 'The old password was incorrect.')
    }
    const after = await withPassword(rooms, login, NewPassword)
    rooms.identities.putLogin(record.id, { ...after, mustReset: false })
    return done
  },
})
