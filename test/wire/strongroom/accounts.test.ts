/** Several accounts in one deployment: who may make them, and that they are apart. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CreateRoleCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts'
import type { Keys } from '../../house.ts'
import { account, keysOf, policy, raiseScene, trust, userArn } from '../sts/scene.ts'
import { call, StrongroomRecords } from './records.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene

interface Made {
  readonly AccountId: string
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
}

const create = (input: object = {}, keys: Keys = house.root) =>
  call<Made>(house, 'CreateAccount', input, keys)
const rootOf = ({ AccessKeyId, SecretAccessKey }: Made): Keys => ({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretAccessKey,
})

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

test('CreateAccount: who did not sign is refused', async () => {
  await assert.rejects(create({}, { ...house.root, secretAccessKey: 'x'.repeat(40) }), {
    message: /^InvalidSignatureException: /,
  })
})

test('CreateAccount: an id that is not twelve digits is refused', async () => {
  for (const AccountId of ['1', '12345678901a', '1234567890123']) {
    await assert.rejects(create({ AccountId }), { message: /^ValidationException: / })
  }
})

test('CreateAccount: needs permission', async () => {
  const bob = await scene.user('bob')
  await assert.rejects(create({}, bob), {
    message: `AccessDeniedException: User: ${userArn('bob')} is not authorized to perform: strongroom:CreateAccount because no identity-based policy allows the strongroom:CreateAccount action`,
  })
})

test('CreateAccount: gives an account with a root of its own; its id is taken then', async () => {
  const made = await create({ AccountId: '111122223333' })
  const identity = await scene.sts(rootOf(made)).send(new GetCallerIdentityCommand({}))
  assert.equal(identity.Arn, 'arn:aws:iam::111122223333:root')
  await assert.rejects(create({ AccountId: '111122223333' }), {
    message: 'AccountExistsException: The account 111122223333 exists already.',
  })
  await assert.rejects(create({ AccountId: account }), { message: /^AccountExistsException: / })
})

test('CreateAccount: draws an id, and its secret is in no record', async () => {
  const made = await create()
  assert.match(made.AccountId, /^\d{12}$/)
  const [record] = await new StrongroomRecords(house).newest(1)
  assert.equal(record?.eventName, 'CreateAccount')
  assert.equal(record?.responseElements.accountId, made.AccountId)
  assert.ok(!JSON.stringify(record).includes(made.SecretAccessKey))
})

test('CreateAccount, ListAccounts: the operator may; nobody of another account, not even its root', async () => {
  const operator = await scene.user(
    'operator',
    policy({ Effect: 'Allow', Action: 'strongroom:*', Resource: '*' }),
  )
  const made = await create({}, operator)
  const { Accounts } = await call<{ Accounts: { AccountId: string }[] }>(
    house,
    'ListAccounts',
    {},
    operator,
  )
  assert.ok(Accounts.some(({ AccountId }) => AccountId === made.AccountId))
  for (const operation of ['CreateAccount', 'ListAccounts']) {
    await assert.rejects(call(house, operation, {}, rootOf(made)), {
      message: `AccessDeniedException: User: arn:aws:iam::${made.AccountId}:root is not authorized to perform: strongroom:${operation} because no resource-based policy allows the strongroom:${operation} action`,
    })
  }
})

test('ListAccounts: pages', async () => {
  const ids: string[] = []
  let NextToken: string | undefined
  do {
    const page: { Accounts: { AccountId: string }[]; NextToken?: string } = await call(
      house,
      'ListAccounts',
      { MaxResults: 1, NextToken },
    )
    ids.push(...page.Accounts.map(({ AccountId }) => AccountId))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(ids, [...new Set(ids)].sort())
  assert.ok(ids.includes(account) && ids.includes('111122223333'))
  await assert.rejects(call(house, 'ListAccounts', { NextToken: 'made up' }), {
    message: 'InvalidNextTokenException: Invalid NextToken',
  })
})

test('accounts do not see each other’s users, roles, records', async () => {
  const root = rootOf(await create())
  const { Users } = await new IAMClient(house.client(root)).send(new ListUsersCommand({}))
  assert.deepEqual(Users, [])
  const records = await new StrongroomRecords(house).newest(100, root)
  assert.deepEqual(
    records.map(({ eventName }) => eventName),
    ['ListUsers'],
  )
})

test('AssumeRole: across accounts both sides must allow', async () => {
  const made = await create()
  const iam = new IAMClient(house.client(rootOf(made)))
  const guest = await scene.user('guest', everything)
  const poor = await scene.user('poor')
  const role = async (RoleName: string, AssumeRolePolicyDocument: string) => {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    const put = { RoleName, PolicyName: 'inline', PolicyDocument: everything }
    await iam.send(new PutRolePolicyCommand(put))
    return `arn:aws:iam::${made.AccountId}:role/${RoleName}`
  }
  const assume = (keys: Keys, RoleArn: string) =>
    scene.sts(keys).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
  const refused = {
    name: 'AccessDenied',
    message: /is not authorized to perform: sts:AssumeRole on resource: /,
  }

  const open = await role('Open', trust({ AWS: account }))
  const forPoor = await role('ForPoor', trust({ AWS: userArn('poor') }))
  const closed = await role('Closed', trust({ AWS: made.AccountId }))
  await assert.rejects(assume(poor, open), refused)
  await assert.rejects(assume(poor, forPoor), refused)
  await assert.rejects(assume(guest, forPoor), refused)
  await assert.rejects(assume(guest, closed), refused)
  const keys = keysOf(await assume(guest, open))
  const identity = await scene.sts(keys).send(new GetCallerIdentityCommand({}))
  assert.equal(identity.Account, made.AccountId)
  const { Account } = await scene
    .sts(guest)
    .send(new GetAccessKeyInfoCommand({ AccessKeyId: keys.accessKeyId }))
  assert.equal(Account, made.AccountId)
})
