/**
 * Ends a key. A request signed by it that has not been answered yet is refused.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
 */
import { done, operation } from '../service.ts'
import { findUserOrSelf } from '../users/self.ts'
import { mustFindKey } from './access-key.ts'

export const deleteAccessKey = operation('DeleteAccessKey', {
  action: 'iam:DeleteAccessKey',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  run(rooms, { AccessKeyId }, { record }) {
    const { id } = mustFindKey(rooms, record, AccessKeyId)
    const accessKeyIds = record.accessKeyIds.filter((each) => each !== id)
    rooms.identities.removeAccessKey(id)
    rooms.identities.replace(record, { ...record, accessKeyIds })
    return done
  },
})
