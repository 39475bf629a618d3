/** Whatever takes a permission away holds from the very next request on. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupPolicyCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachUserPolicyCommand,
  GetAccountSummaryCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAccountAliasesCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  SetDefaultPolicyVersionCommand,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import {
  account,
  allowing,
  arn,
  awsArn,
  denied,
  denying,
  keysOf,
  newcomer,
  refusal,
} from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

const summary = () => new GetAccountSummaryCommand({})
const noSummary = (name: string) => denied(name, 'iam:GetAccountSummary')
const unknownKey = refusal(
  'InvalidClientTokenId',
  'The security token included in the request is invalid.',
)

test('a detached managed policy allows nothing any more', async () => {
  const ann = await newcomer(house, 'ann')
  await assert.rejects(ann.send(summary()), noSummary('ann'))
  const attachment = { UserName: 'ann', PolicyArn: awsArn('IAMReadOnlyAccess') }
  await root.send(new AttachUserPolicyCommand(attachment))
  assert.equal((await ann.send(summary())).SummaryMap?.UsersQuota, 5000)
  await root.send(new DetachUserPolicyCommand(attachment))
  await assert.rejects(ann.send(summary()), noSummary('ann'))
})

test('an inline policy holds from its put to its deletion', async () => {
  const ben = await newcomer(house, 'ben')
  const policy = { UserName: 'ben', PolicyName: 'read' }
  const PolicyDocument = allowing('iam:GetAccountSummary')
  await root.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }))
  await ben.send(summary())
  await root.send(new DeleteUserPolicyCommand(policy))
  await assert.rejects(ben.send(summary()), noSummary('ben'))
})

test('a group gives its members its inline and managed policies, as long as they are in it', async () => {
  const cem = await newcomer(house, 'cem')
  await root.send(new CreateGroupCommand({ GroupName: 'readers' }))
  const inline = { GroupName: 'readers', PolicyName: 'summary' }
  const membership = { GroupName: 'readers', UserName: 'cem' }
  const attachment = { GroupName: 'readers', PolicyArn: awsArn('IAMReadOnlyAccess') }
  const PolicyDocument = allowing('iam:GetAccountSummary')
  await root.send(new PutGroupPolicyCommand({ ...inline, PolicyDocument }))
  await root.send(new AddUserToGroupCommand(membership))
  await cem.send(summary())
  await assert.rejects(
    cem.send(new ListUsersCommand({})),
    denied('cem', 'iam:ListUsers', arn('user/')),
  )

  await root.send(new AttachGroupPolicyCommand(attachment))
  await cem.send(new ListUsersCommand({}))
  await root.send(new DeleteGroupPolicyCommand(inline))
  await cem.send(summary())
  await root.send(new DetachGroupPolicyCommand(attachment))
  await assert.rejects(cem.send(summary()), noSummary('cem'))

  await root.send(new AttachGroupPolicyCommand(attachment))
  await cem.send(summary())
  await root.send(new RemoveUserFromGroupCommand(membership))
  await assert.rejects(cem.send(summary()), noSummary('cem'))
})

test("a group's explicit deny outweighs what the user's own policies allow", async () => {
  const dan = await newcomer(house, 'dan')
  const PolicyArn = awsArn('AdministratorAccess')
  await root.send(new AttachUserPolicyCommand({ UserName: 'dan', PolicyArn }))
  await root.send(new CreateGroupCommand({ GroupName: 'barred' }))
  const PolicyDocument = denying('iam:GetAccountSummary')
  await root.send(
    new PutGroupPolicyCommand({ GroupName: 'barred', PolicyName: 'bar', PolicyDocument }),
  )
  await dan.send(summary())
  await root.send(new AddUserToGroupCommand({ GroupName: 'barred', UserName: 'dan' }))
  await assert.rejects(
    dan.send(summary()),
    refusal(
      'AccessDenied',
      `User: ${arn('user/dan')} is not authorized to perform: iam:GetAccountSummary with an explicit deny in an identity-based policy`,
    ),
  )
})

test('another default version of a managed policy is in force at once', async () => {
  const eve = await newcomer(house, 'eve')
  const first = allowing('iam:GetAccountSummary')
  const { Policy } = await root.send(
    new CreatePolicyCommand({ PolicyName: 'changing', PolicyDocument: first }),
  )
  const PolicyArn = Policy?.Arn ?? ''
  await root.send(new AttachUserPolicyCommand({ UserName: 'eve', PolicyArn }))
  await eve.send(summary())
  const second = allowing('iam:ListAccountAliases')
  await root.send(
    new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: second, SetAsDefault: true }),
  )
  await assert.rejects(eve.send(summary()), noSummary('eve'))
  await eve.send(new ListAccountAliasesCommand({}))
  await root.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
  await eve.send(summary())
})

test('another default version of a policy that a group has is in force at once for each of its members', async () => {
  const PolicyDocument = allowing('iam:GetAccountSummary')
  const { Policy } = await root.send(
    new CreatePolicyCommand({ PolicyName: 'shared', PolicyDocument }),
  )
  const PolicyArn = Policy?.Arn ?? ''
  await root.send(new CreateGroupCommand({ GroupName: 'sharers' }))
  await root.send(new AttachGroupPolicyCommand({ GroupName: 'sharers', PolicyArn }))
  const members = new Map<string, IAMClient>()
  for (const UserName of ['ira', 'jon', 'kim']) {
    members.set(UserName, await newcomer(house, UserName))
    await root.send(new AddUserToGroupCommand({ GroupName: 'sharers', UserName }))
  }
  // One after the other: what the group gives is known when the next one comes.
  for (const member of members.values()) {
    for (let time = 0; time < 3; time++) await member.send(summary())
  }
  const other = allowing('iam:ListAccountAliases')
  await root.send(
    new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: other, SetAsDefault: true }),
  )
  for (const [name, member] of members) {
    await assert.rejects(member.send(summary()), noSummary(name))
    await member.send(new ListAccountAliasesCommand({}))
  }
})

test('a boundary limits what own policies allow, until it is taken away', async () => {
  const fay = await newcomer(house, 'fay')
  const PolicyArn = awsArn('AdministratorAccess')
  await root.send(new AttachUserPolicyCommand({ UserName: 'fay', PolicyArn }))
  const { Policy } = await root.send(
    new CreatePolicyCommand({
      PolicyName: 'edge',
      PolicyDocument: allowing('iam:ListAccountAliases'),
    }),
  )
  const PermissionsBoundary = Policy?.Arn ?? ''
  await fay.send(summary())
  await root.send(new PutUserPermissionsBoundaryCommand({ UserName: 'fay', PermissionsBoundary }))
  await fay.send(new ListAccountAliasesCommand({}))
  await assert.rejects(
    fay.send(summary()),
    refusal(
      'AccessDenied',
      `User: ${arn('user/fay')} is not authorized to perform: iam:GetAccountSummary because no permissions boundary allows the iam:GetAccountSummary action`,
    ),
  )
  await root.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'fay' }))
  await fay.send(summary())
})

test('a key that was switched off or deleted opens nothing', async () => {
  await root.send(new CreateUserCommand({ UserName: 'gil' }))
  const PolicyDocument = allowing('iam:GetAccountSummary')
  await root.send(new PutUserPolicyCommand({ UserName: 'gil', PolicyName: 'p', PolicyDocument }))
  const keys = await keysOf(root, 'gil')
  const gil = new IAMClient(house.client(keys))
  const key = { UserName: 'gil', AccessKeyId: keys.accessKeyId }
  await gil.send(summary())
  await root.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }))
  await assert.rejects(gil.send(summary()), unknownKey)
  await root.send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' }))
  await gil.send(summary())
  await root.send(new DeleteAccessKeyCommand(key))
  await assert.rejects(gil.send(summary()), unknownKey)
})

test('a user made again under its name has none of the permissions that it had', async () => {
  await newcomer(house, 'hal')
  const policy = { UserName: 'hal', PolicyName: 'p' }
  const PolicyDocument = allowing('iam:GetAccountSummary')
  await root.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }))
  const { AccessKeyMetadata } = await root.send(new ListAccessKeysCommand({ UserName: 'hal' }))
  const AccessKeyId = AccessKeyMetadata?.[0]?.AccessKeyId ?? ''
  await root.send(new DeleteAccessKeyCommand({ UserName: 'hal', AccessKeyId }))
  await root.send(new DeleteUserPolicyCommand(policy))
  await root.send(new DeleteUserCommand({ UserName: 'hal' }))
  const again = await newcomer(house, 'hal')
  await assert.rejects(again.send(summary()), noSummary('hal'))
})

test('a renamed user keeps its keys and permissions, and is called by its new name', async () => {
  const ida = await newcomer(house, 'ida')
  const PolicyDocument = allowing('iam:GetUser')
  await root.send(new PutUserPolicyCommand({ UserName: 'ida', PolicyName: 'p', PolicyDocument }))
  await root.send(new UpdateUserCommand({ UserName: 'ida', NewUserName: 'ida2', NewPath: '/x/' }))
  const { User } = await ida.send(new GetUserCommand({}))
  assert.equal(User?.Arn, `arn:aws:iam::${account}:user/x/ida2`)
})
