/**
 * A user's keys, without their secrets.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
import { eachOf } from '../../operation.ts'
import { pageOfList } from '../page.ts'
import { operation } from '../service.ts'
import { findUserOrSelf } from '../users/self.ts'

export const listAccessKeys = operation('ListAccessKeys', {
  action: 'iam:ListAccessKeys',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  run({ identities }, input, { record }) {
    const keys = eachOf(record.accessKeyIds, (id) => identities.findAccessKey(id))
    const found = keys.filter((key) => key !== undefined)
    const { page, rest } = pageOfList(found, input, ({ id }) => id)
    const AccessKeyMetadata = page.map(({ id, status, createdAt }) => ({
      UserName: record.name,
      AccessKeyId: id,
      Status: status,
      CreateDate: createdAt,
    }))
    return { AccessKeyMetadata, ...rest }
  },
})
