/**
 * Ends a user's way into the console; access keys stay.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
 */
import { done, operation } from '../service.ts'
import { findUserOrSelf } from '../users/self.ts'
import { mustFindLogin } from './login.ts'

export const deleteLoginProfile = operation('DeleteLoginProfile', {
  action: 'iam:DeleteLoginProfile',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  run(rooms, _input, { record }) {
    mustFindLogin(rooms, record)
    rooms.identities.removeLogin(record.id)
    return done
  },
})
