/**
 * A user's keys, without their secrets.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
import { operation } from './service.ts'
import { findUserOrSelf } from './user.ts'

export const listAccessKeys = operation('ListAccessKeys', {
  action: 'iam:ListAccessKeys',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  async run({ identities }, _input, { record }) {
    const keys = await Promise.all(record.accessKeyIds.map((id) => identities.findAccessKey(id)))
    const AccessKeyMetadata = keys.flatMap((key) =>
      key
        ? [
            {
              UserName: record.name,
              AccessKeyId: key.id,
              Status: key.status,
              CreateDate: key.createdAt,
            },
          ]
        : [],
    )
    return { AccessKeyMetadata, IsTruncated: false }
  },
})
