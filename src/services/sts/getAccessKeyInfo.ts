/**
 * The account that an access key belongs to, whether the key may be used or not.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
import { anything } from '../operation.ts'
import { accountInKeyId } from './key-id.ts'
import { fault, operation, type Rooms } from './service.ts'

export const getAccessKeyInfo = operation('GetAccessKeyInfo', {
  action: 'sts:GetAccessKeyInfo',
  touches: ({ caller }) => anything(caller.account),

  run(rooms, { AccessKeyId }) {
    const account = findAccount(rooms, AccessKeyId)
    if (account === undefined) throw fault('ValidationException', 'Invalid Access Key ID')
    return { Account: account }
  },
})

/** The id of a temporary key says its account; only of accounts that are there it is believed. */
function findAccount({ identities, look }: Rooms, id: string) {
  const account = accountInKeyId(id)
  if (account === undefined) return identities.accountOfKey(look, id)
  return identities.hasAccount(look, account) ? account : undefined
}
