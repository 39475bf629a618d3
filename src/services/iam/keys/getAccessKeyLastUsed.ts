/**
 * When and where a key was last used, to the quarter of an hour. A key of another account is told like one
 * that does not exist.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
import { Absent, type Subject } from '../../operation.ts'
import { arnOf } from '../arns.ts'
import { foundOf } from '../entity.ts'
import { rootOwner } from '../records.ts'
import { fault, operation } from '../service.ts'
import { lastUseOf } from './last-use.ts'

interface Owner extends Subject {
  readonly name: string
}

export const getAccessKeyLastUsed = operation('GetAccessKeyLastUsed', {
  action: 'iam:GetAccessKeyLastUsed',

  touches({ identities, caller: { account } }, { AccessKeyId }): Owner | Absent {
    const key = identities.findAccessKey(AccessKeyId)
    if (key?.account !== account) {
      const arn = arnOf({ kind: 'user', account, path: '/', name: '*' })
      const words = `The Access Key with id ${AccessKeyId} cannot be found`
      return new Absent({ arn, account, shown: arn }, fault('NoSuchEntity', words))
    }
    const user = key.owner === rootOwner ? undefined : identities.get('user', key.owner)
    return user
      ? { ...foundOf<'user'>(user), name: user.name }
      : { arn: '*', account, name: 'root' }
  },

  async run({ identities }, { AccessKeyId }, { name }) {
    const last = await lastUseOf(identities, AccessKeyId)
    return {
      UserName: name,
      AccessKeyLastUsed: last
        ? { LastUsedDate: last.at, ServiceName: last.service, Region: last.region }
        : { ServiceName: 'N/A', Region: 'N/A' },
    }
  },
})
