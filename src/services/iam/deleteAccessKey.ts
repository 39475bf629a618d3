/**
 * Ends a key. A request signed by it that has not been answered yet is refused.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
 */
import { mustFindKey } from './access-key.ts'
import { operation } from './service.ts'
import { findUserOrSelf } from './user.ts'

export const deleteAccessKey = operation('DeleteAccessKey', {
  action: 'iam:DeleteAccessKey',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  async run(rooms, { AccessKeyId }, user) {
    const { identities, caller } = rooms
    const { id } = await mustFindKey(rooms, user, AccessKeyId)
    const accessKeyIds = user.record.accessKeyIds.filter((each) => each !== id)
    identities.removeAccessKey(id)
    identities.putUser(caller.account, { ...user.record, accessKeyIds })
    return {}
  },
})
