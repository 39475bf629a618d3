/** Users, and the rules that several operations share. */
import type { AccountId } from '../../lib/brand.ts'
import { Absent, type Subject } from '../operation.ts'
import { userArn } from './arns.ts'
import { fault, type Look } from './service.ts'
import type { UserRecord } from './store.ts'

/** A user that exists, found for this call. */
export interface User extends Subject {
  readonly record: UserRecord
}

/** The user of that name in the caller's account, or its absence. */
export async function findUser({ identities, caller }: Look, name: string): Promise<User | Absent> {
  const { account } = caller
  const record = await identities.findUser(account, name)
  if (record) return userOf(account, record)
  const arn = userArn(account, '/', name)
  return new Absent({ arn, account, shown: arn }, noSuchUser(name))
}

/** As findUser; without a name the caller itself is meant, which root is not. */
export function findUserOrSelf(look: Look, name: string | undefined): Promise<User | Absent> {
  const meant = name ?? look.caller.userName
  if (meant === undefined) throw mustName()
  return findUser(look, meant)
}

const mustName = () =>
  fault('ValidationException', 'Must specify userName when calling with non-User credentials')

export const userOf = (account: AccountId, record: UserRecord): User => ({
  arn: userArn(account, record.path, record.name),
  account,
  record,
  context: Object.fromEntries(
    record.tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]),
  ),
  type: 'AWS::IAM::User',
})

export const noSuchUser = (name: string) =>
  fault('NoSuchEntity', `The user with name ${name} cannot be found.`)

/** A user as answers show it. */
export const userView = (account: AccountId, record: UserRecord) => ({
  Path: record.path,
  UserName: record.name,
  UserId: record.userId,
  Arn: userArn(account, record.path, record.name),
  CreateDate: record.createdAt,
})
