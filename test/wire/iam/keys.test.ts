/** Access keys. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { allowing, denied, keysOf, newcomer, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

const noKey = (id: string) =>
  refusal('NoSuchEntityException', `The Access Key with id ${id} cannot be found.`)

test('CreateAccessKey: absent, two at most, the secret once', async () => {
  await assert.rejects(
    root.send(new CreateAccessKeyCommand({ UserName: 'none' })),
    refusal('NoSuchEntityException', 'The user with name none cannot be found.'),
  )
  await root.send(new CreateUserCommand({ UserName: 'ann' }))
  const first = await keysOf(root, 'ann')
  assert.match(first.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.equal(first.secretAccessKey.length, 40)
  await keysOf(root, 'ann')
  await assert.rejects(
    root.send(new CreateAccessKeyCommand({ UserName: 'ann' })),
    refusal('LimitExceededException', 'Cannot exceed quota for AccessKeysPerUser: 2'),
  )
  const { AccessKeyMetadata } = await root.send(new ListAccessKeysCommand({ UserName: 'ann' }))
  assert.equal(AccessKeyMetadata?.length, 2)
  assert.deepEqual(Object.keys(AccessKeyMetadata?.[0] ?? {}).sort(), [
    'AccessKeyId',
    'CreateDate',
    'Status',
    'UserName',
  ])
})

test('a key of another user is like one that does not exist', async () => {
  await root.send(new CreateUserCommand({ UserName: 'ben' }))
  const { accessKeyId: AccessKeyId } = await keysOf(root, 'ben')
  await assert.rejects(
    root.send(new DeleteAccessKeyCommand({ UserName: 'ann', AccessKeyId })),
    noKey(AccessKeyId),
  )
  await assert.rejects(
    root.send(new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId, Status: 'Inactive' })),
    noKey(AccessKeyId),
  )
  await assert.rejects(
    root.send(new UpdateAccessKeyCommand({ UserName: 'ben', AccessKeyId, Status: 'Expired' })),
    refusal('InvalidInputException', 'A key cannot be set to Expired.'),
  )
})

test('without a name the caller itself is meant, which root is not', async () => {
  const cem = await newcomer(house, 'cem')
  const PolicyDocument = allowing('iam:ListAccessKeys')
  await root.send(new PutUserPolicyCommand({ UserName: 'cem', PolicyName: 'p', PolicyDocument }))
  const { AccessKeyMetadata } = await cem.send(new ListAccessKeysCommand({}))
  assert.deepEqual(
    AccessKeyMetadata?.map(({ UserName }) => UserName),
    ['cem'],
  )
  await assert.rejects(
    root.send(new ListAccessKeysCommand({})),
    refusal('ValidationError', 'Must specify userName when calling with non-User credentials'),
  )
})

test('GetAccessKeyLastUsed: never, somewhere, not for strangers', async () => {
  await root.send(new CreateUserCommand({ UserName: 'dan' }))
  const keys = await keysOf(root, 'dan')
  const { accessKeyId: AccessKeyId } = keys
  const never = await root.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  assert.equal(never.UserName, 'dan')
  assert.deepEqual(never.AccessKeyLastUsed, { ServiceName: 'N/A', Region: 'N/A' })

  const dan = new IAMClient(house.client(keys, 'eu-west-1'))
  await assert.rejects(dan.send(new GetUserCommand({})), { name: 'AccessDenied' })
  // A refusal leaves no trace but the audit's: only use that was allowed counts.
  const PolicyDocument = allowing('iam:GetUser')
  await root.send(new PutUserPolicyCommand({ UserName: 'dan', PolicyName: 'p', PolicyDocument }))
  await dan.send(new GetUserCommand({}))
  const { AccessKeyLastUsed } = await root.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  assert.equal(AccessKeyLastUsed?.ServiceName, 'iam')
  assert.equal(AccessKeyLastUsed?.Region, 'eu-west-1')
  const age = Date.now() - (AccessKeyLastUsed?.LastUsedDate?.getTime() ?? 0)
  assert.ok(age >= 0 && age < 16 * 60_000)

  await assert.rejects(
    root.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: `AKIA${'A'.repeat(16)}` })),
    refusal(
      'NoSuchEntityException',
      `The Access Key with id AKIA${'A'.repeat(16)} cannot be found`,
    ),
  )
  const eve = await newcomer(house, 'eve')
  await assert.rejects(
    eve.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })),
    denied('eve', 'iam:GetAccessKeyLastUsed', 'arn:aws:iam::000000000000:user/dan'),
  )
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
