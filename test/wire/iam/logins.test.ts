/** Passwords for the console. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AttachUserPolicyCommand,
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  DeleteUserPolicyCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { arn, awsArn, denied, denying, newcomer, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
  await root.send(new CreateUserCommand({ UserName: 'ann' }))
})
after(() => house[Symbol.asyncDispose]())

const ann = { UserName: 'ann' }
const noLogin = (name: string) =>
  refusal('NoSuchEntityException', `Login Profile for User ${name} cannot be found.`)
const unfit = refusal(
  'PasswordPolicyViolationException',
  'Password does not conform to the account password policy.',
)
const wrong = refusal('AccessDenied', 'The old password was incorrect.')

test('CreateLoginProfile: no password, absent user, too weak, made, made twice', async () => {
  const create = (more: object) => root.send(new CreateLoginProfileCommand({ ...ann, ...more }))
  await assert.rejects(create({}), refusal('ValidationError', 'Password is required.'))
  await assert.rejects(
    create({ UserName: 'none', Password: 'Correct-horse' }),
    refusal('NoSuchEntityException', 'The user with name none cannot be found.'),
  )
  for (const Password of ['Sh0rt!', 'lowercase-only', '12345678']) {
    await assert.rejects(create({ Password }), unfit)
  }
  const { LoginProfile } = await create({ Password: 'Correct-horse' })
  assert.equal(LoginProfile?.UserName, 'ann')
  assert.equal(LoginProfile?.PasswordResetRequired, false)
  await assert.rejects(
    create({ Password: 'Correct-horse' }),
    refusal('EntityAlreadyExistsException', 'Login Profile for user ann already exists.'),
  )
})

test('GetLoginProfile and UpdateLoginProfile: absent, done', async () => {
  await root.send(new CreateUserCommand({ UserName: 'ben' }))
  await assert.rejects(
    root.send(new UpdateLoginProfileCommand({ UserName: 'ben', PasswordResetRequired: true })),
    noLogin('ben'),
  )
  await root.send(new UpdateLoginProfileCommand({ ...ann, PasswordResetRequired: true }))
  const { LoginProfile } = await root.send(new GetLoginProfileCommand(ann))
  assert.equal(LoginProfile?.PasswordResetRequired, true)
  await assert.rejects(
    root.send(new UpdateLoginProfileCommand({ ...ann, Password: 'weak' })),
    unfit,
  )
})

test('ChangePassword: not by root, not with a wrong one, done, and the old one is gone', async () => {
  await assert.rejects(
    root.send(new ChangePasswordCommand({ OldPassword: 'a', NewPassword: 'b' })),
    refusal('InvalidUserTypeException', 'Only IAM Users can change their own password'),
  )
  const cem = await newcomer(house, 'cem')
  const PolicyArn = awsArn('IAMUserChangePassword')
  await root.send(new AttachUserPolicyCommand({ UserName: 'cem', PolicyArn }))
  const change = (OldPassword: string, NewPassword: string) =>
    cem.send(new ChangePasswordCommand({ OldPassword, NewPassword }))
  await assert.rejects(change('Old-passw0rd', 'New-passw0rd'), noLogin('cem'))
  await root.send(
    new CreateLoginProfileCommand({
      UserName: 'cem',
      Password: 'Old-passw0rd',
      PasswordResetRequired: true,
    }),
  )
  await assert.rejects(change('Wrong-passw0rd', 'New-passw0rd'), wrong)
  await assert.rejects(change('Old-passw0rd', 'new'), unfit)
  await change('Old-passw0rd', 'New-passw0rd')
  await assert.rejects(change('Old-passw0rd', 'Newer-passw0rd'), wrong)
  const { LoginProfile } = await root.send(new GetLoginProfileCommand({ UserName: 'cem' }))
  assert.equal(LoginProfile?.PasswordResetRequired, false)
})

test('the account’s policy is asked, and remembers', async () => {
  await root.send(
    new UpdateAccountPasswordPolicyCommand({
      MinimumPasswordLength: 12,
      RequireNumbers: true,
      PasswordReusePrevention: 1,
    }),
  )
  const set = (Password: string) => root.send(new UpdateLoginProfileCommand({ ...ann, Password }))
  await assert.rejects(set('no digits at all'), unfit)
  await set('plenty of 1s')
  await assert.rejects(
    set('plenty of 1s'),
    refusal('PasswordPolicyViolationException', 'Password cannot be one of those used before.'),
  )
  await set('plenty of 2s')
  await set('plenty of 1s')
})

test('an account may let its users change their passwords without a policy of theirs', async () => {
  const dan = await newcomer(house, 'dan')
  await root.send(new CreateLoginProfileCommand({ UserName: 'dan', Password: 'plenty of 3s' }))
  const change = () =>
    dan.send(
      new ChangePasswordCommand({ OldPassword: 'plenty of 3s', NewPassword: '4 is a lot of fun' }),
    )
  await assert.rejects(change(), denied('dan', 'iam:ChangePassword', arn('user/dan')))
  await root.send(new UpdateAccountPasswordPolicyCommand({ AllowUsersToChangePassword: true }))
  const policy = {
    UserName: 'dan',
    PolicyName: 'no',
    PolicyDocument: denying('iam:ChangePassword'),
  }
  await root.send(new PutUserPolicyCommand(policy))
  await assert.rejects(change(), { name: 'AccessDenied' })
  await root.send(new DeleteUserPolicyCommand(policy))
  await dan.send(new GetAccountPasswordPolicyCommand({}))
  await change()
})

test('DeleteLoginProfile: done, absent the second time', async () => {
  await root.send(new DeleteLoginProfileCommand(ann))
  await assert.rejects(root.send(new DeleteLoginProfileCommand(ann)), noLogin('ann'))
  await assert.rejects(root.send(new GetLoginProfileCommand(ann)), noLogin('ann'))
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
