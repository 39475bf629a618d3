/**
 * Switches a key off or on again.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
 */
import { done, fault, operation } from '../service.ts'
import { findUserOrSelf } from '../users/self.ts'
import { mustFindKey } from './access-key.ts'

export const updateAccessKey = operation('UpdateAccessKey', {
  action: 'iam:UpdateAccessKey',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  run(rooms, { AccessKeyId, Status }, { record }) {
    const key = mustFindKey(rooms, record, AccessKeyId)
    if (Status === 'Expired') throw fault('InvalidInput', 'A key cannot be set to Expired.')
    rooms.identities.putAccessKey({ ...key, status: Status })
    return done
  },
})
