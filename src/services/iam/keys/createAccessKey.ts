/**
 * A new key pair for a user. The secret is shown here and never again.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 */
import { accessKeyId, secretAccessKey } from '../../../lib/ids.ts'
import { quotas } from '../quotas.ts'
import { fault, operation } from '../service.ts'
import { findUserOrSelf } from '../users/self.ts'

const keysPerUserMax = quotas.AccessKeysPerUserQuota

export const createAccessKey = operation('CreateAccessKey', {
  action: 'iam:CreateAccessKey',
  touches: (look, { UserName }) => findUserOrSelf(look, UserName),

  run({ identities, secrets, draws }, _input, { record }) {
    if (record.accessKeyIds.length >= keysPerUserMax) {
      throw fault('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${keysPerUserMax}`)
    }
    const id = draws.draw('key id', () => accessKeyId('AKIA'))
    const secret = draws.draw('secret key', secretAccessKey)
    identities.putAccessKey({
      id,
      account: record.account,
      owner: record.id,
      status: 'Active',
      createdAt: draws.at,
      secret: secrets.seal(id, secret),
    })
    identities.replace(record, { ...record, accessKeyIds: [...record.accessKeyIds, id] })
    return {
      AccessKey: {
        UserName: record.name,
        AccessKeyId: id,
        Status: 'Active',
        SecretAccessKey: secret,
        CreateDate: draws.at,
      },
    }
  },
})
