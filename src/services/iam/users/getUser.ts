/**
 * A user; without a name, the caller.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
 */
import type { Absent, Subject } from '../../operation.ts'
import { rootArn } from '../arns.ts'
import type { Found } from '../entity.ts'
import { operation } from '../service.ts'
import { shownTags } from '../tags.ts'
import { shownBoundary, userView } from '../views.ts'
import { findUserOrSelf } from './self.ts'

interface Root extends Subject {
  readonly root: true
}

export const getUser = operation('GetUser', {
  action: 'iam:GetUser',

  touches(look, { UserName }): Found<'user'> | Absent | Root {
    const { caller } = look
    if (UserName === undefined && caller.kind === 'root') {
      return { arn: rootArn(caller.account), account: caller.account, root: true }
    }
    return findUserOrSelf(look, UserName)
  },

  run({ identities, caller: { account } }, _input, user) {
    if (!('record' in user)) {
      const root = identities.findAccount(account)
      const CreateDate = root?.createdAt ?? 0
      const Arn = rootArn(account)
      return { User: { Path: '/', UserName: 'root', UserId: account, Arn, CreateDate } }
    }
    const { record } = user
    return {
      User: { ...userView(record), ...shownBoundary(record), ...shownTags(record.tags) },
    }
  },
})
