/** Sessions rest on what their role and user are now. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  GetAccountSummaryCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { type Keys, raiseHouse, type TestHouse } from '../../house.ts'
import { account, allowing, arn, awsArn, keysOf, refusal, trusting } from './cast.ts'

let house: TestHouse
let root: IAMClient
let ann: Keys

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
  ann = await makeUser('ann')
})
after(() => house[Symbol.asyncDispose]())

/** A user that may assume every role whose trust policy lets it. */
async function makeUser(UserName: string): Promise<Keys> {
  await root.send(new CreateUserCommand({ UserName }))
  const PolicyDocument = allowing('sts:AssumeRole')
  await root.send(new PutUserPolicyCommand({ UserName, PolicyName: 'assume', PolicyDocument }))
  return keysOf(root, UserName)
}

const makeRole = (RoleName: string, AWS: string) =>
  root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting({ AWS }) }))

async function assume(keys: Keys, role: string, more = {}): Promise<IAMClient> {
  const { Credentials: given } = await new STSClient(house.client(keys)).send(
    new AssumeRoleCommand({ RoleArn: arn(`role/${role}`), RoleSessionName: 'it', ...more }),
  )
  return new IAMClient(
    house.client({
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    }),
  )
}

const summary = () => new GetAccountSummaryCommand({})
const refused = (role: string, why: string) =>
  refusal(
    'AccessDenied',
    `User: arn:aws:sts::${account}:assumed-role/${role}/it is not authorized to perform: iam:GetAccountSummary because no ${why} allows the iam:GetAccountSummary action`,
  )
const notTrusted = (user: string, role: string) =>
  refusal(
    'AccessDenied',
    `User: ${arn(`user/${user}`)} is not authorized to perform: sts:AssumeRole on resource: ${arn(`role/${role}`)}`,
  )
const gone = refusal(
  'InvalidClientTokenId',
  'The security token included in the request is invalid.',
)

test('a session has what its role has now', async () => {
  await makeRole('reader', arn('user/ann'))
  const session = await assume(ann, 'reader')
  await assert.rejects(session.send(summary()), refused('reader', 'identity-based policy'))
  const attachment = { RoleName: 'reader', PolicyArn: awsArn('IAMReadOnlyAccess') }
  await root.send(new AttachRolePolicyCommand(attachment))
  await session.send(summary())

  const PermissionsBoundary = awsArn('AmazonSSMReadOnlyAccess')
  await root.send(
    new PutRolePermissionsBoundaryCommand({ RoleName: 'reader', PermissionsBoundary }),
  )
  await assert.rejects(session.send(summary()), refused('reader', 'permissions boundary'))
  const wider = awsArn('AdministratorAccess')
  await root.send(
    new PutRolePermissionsBoundaryCommand({ RoleName: 'reader', PermissionsBoundary: wider }),
  )
  await session.send(summary())
  await root.send(new DetachRolePolicyCommand(attachment))
  await assert.rejects(session.send(summary()), refused('reader', 'identity-based policy'))
})

test('session policies only take away, inline and managed ones', async () => {
  await makeRole('wide', account)
  const PolicyArn = awsArn('AdministratorAccess')
  await root.send(new AttachRolePolicyCommand({ RoleName: 'wide', PolicyArn }))
  const narrow = await assume(ann, 'wide', { Policy: allowing('iam:ListUsers') })
  await assert.rejects(narrow.send(summary()), refused('wide', 'session policy'))
  const PolicyArns = [{ arn: awsArn('IAMReadOnlyAccess') }]
  await (await assume(ann, 'wide', { PolicyArns })).send(summary())
})

test('where a role was used last is told', async () => {
  const { Role } = await root.send(new GetRoleCommand({ RoleName: 'wide' }))
  assert.equal(Role?.RoleLastUsed?.Region, 'us-east-1')
  const age = Date.now() - (Role?.RoleLastUsed?.LastUsedDate?.getTime() ?? 0)
  assert.ok(age >= 0 && age < 16 * 60_000)
})

test('a changed trust policy holds from the next AssumeRole on', async () => {
  await makeRole('fickle', arn('user/ann'))
  await assume(ann, 'fickle')
  const PolicyDocument = trusting({ Service: 'lambda.amazonaws.com' })
  await root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'fickle', PolicyDocument }))
  await assert.rejects(assume(ann, 'fickle'), notTrusted('ann', 'fickle'))
})

test('a user made again under its name is not trusted', async () => {
  const first = await makeUser('tom')
  await makeRole('loyal', arn('user/tom'))
  await assume(first, 'loyal')
  const user = { UserName: 'tom' }
  await root.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId: first.accessKeyId }))
  await root.send(new DeleteUserPolicyCommand({ ...user, PolicyName: 'assume' }))
  await root.send(new DeleteUserCommand(user))
  const second = await makeUser('tom')
  await assert.rejects(assume(second, 'loyal'), notTrusted('tom', 'loyal'))
})

test('the sessions of a role end with it, and a role of that name does not revive them', async () => {
  await makeRole('brief', account)
  const session = await assume(ann, 'brief')
  await root.send(new DeleteRoleCommand({ RoleName: 'brief' }))
  await assert.rejects(session.send(summary()), gone)
  await makeRole('brief', account)
  const PolicyArn = awsArn('AdministratorAccess')
  await root.send(new AttachRolePolicyCommand({ RoleName: 'brief', PolicyArn }))
  await assert.rejects(session.send(summary()), gone)
})

test("a user's own session manages no identities, since it has no MFA", async () => {
  const PolicyDocument = allowing('*')
  await root.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'all', PolicyDocument }))
  const { Credentials: given } = await new STSClient(house.client(ann)).send(
    new GetSessionTokenCommand({}),
  )
  const own = new IAMClient(
    house.client({
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    }),
  )
  await assert.rejects(own.send(summary()), gone)
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
