/**
 * A new user, without any permission.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 */
import { uniqueId } from '../../lib/ids.ts'
import { userArn } from './arns.ts'
import { fault, operation } from './service.ts'
import type { UserRecord } from './store.ts'
import { userView } from './user.ts'

export const createUser = operation('CreateUser', {
  action: 'iam:CreateUser',

  touches({ caller: { account } }, { Path = '/', UserName, Tags = [] }) {
    const context = {
      ...(Tags.length > 0 && { 'aws:TagKeys': Tags.map((tag) => tag.Key) }),
      ...Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    }
    return { arn: userArn(account, Path, UserName), account, context, type: 'AWS::IAM::User' }
  },

  async run({ identities, caller: { account }, draws }, input) {
    const { UserName, Path = '/', Tags = [], PermissionsBoundary } = input
    if (PermissionsBoundary !== undefined) {
      throw fault('InvalidInput', 'PermissionsBoundary is not supported here yet.')
    }
    if (await identities.findUser(account, UserName)) {
      throw fault('EntityAlreadyExists', `User with name ${UserName} already exists.`)
    }
    const user: UserRecord = {
      name: UserName,
      path: Path,
      userId: draws.draw('user id', () => uniqueId('AIDA')),
      createdAt: draws.at,
      tags: Tags,
      accessKeyIds: [],
      policies: {},
    }
    identities.putUser(account, user)
    return { User: { ...userView(account, user), ...(Tags.length > 0 && { Tags }) } }
  },
})
