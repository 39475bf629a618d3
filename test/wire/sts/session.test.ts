/** What a session is worth: its token, its narrowing, its tags, and how it ends. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import type { Keys } from '../../house.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust, userArn } from './scene.ts'

let offsetMs = 0
const scene = await raiseScene({ world: { clock: { now: () => Date.now() + offsetMs } } })
after(() => scene[Symbol.asyncDispose]())
const { house, iam } = scene

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const ann = await scene.user('ann', everything)
await scene.role('Admin', trust({ AWS: account }), everything)

const assume = (keys: Keys, RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  scene.sts(keys).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }))

const session = async (more: Partial<AssumeRoleCommandInput> = {}, role = 'Admin') =>
  keysOf(await assume(ann, roleArn(role), more))

const whoAmI = (keys: Keys) => scene.sts(keys).send(new GetCallerIdentityCommand({}))
const listUsers = (keys: Keys) => new IAMClient(house.client(keys)).send(new ListUsersCommand({}))

const unknown = {
  name: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
}
const notAllowed = (reason: RegExp) => ({ name: 'AccessDenied', message: reason })

test('the token must be there, be whole, and be the one of that key', async () => {
  const [one, two] = [await session(), await session()]
  const { sessionToken = '', ...bare } = one
  await whoAmI(one)
  await assert.rejects(whoAmI(bare), unknown)
  await assert.rejects(whoAmI({ ...one, sessionToken: two.sessionToken ?? '' }), unknown)
  await assert.rejects(whoAmI({ ...one, sessionToken: `B${sessionToken.slice(1)}` }), unknown)
  await assert.rejects(whoAmI({ ...one, sessionToken: 'AAAA' }), unknown)
  await assert.rejects(whoAmI({ ...one, secretAccessKey: two.secretAccessKey }), {
    name: 'SignatureDoesNotMatch',
  })
})

test('a long-term key takes no token, not even a good one', async () => {
  const { sessionToken = '' } = await session()
  await assert.rejects(whoAmI({ ...ann, sessionToken }), unknown)
})

test('a session outlives a restart of the house', async () => {
  await using own = await raiseScene()
  await own.role('Reader', trust({ AWS: account }))
  const eve = await own.user('eve', everything)
  const input = { RoleArn: roleArn('Reader'), RoleSessionName: 'session' }
  const keys = keysOf(await own.sts(eve).send(new AssumeRoleCommand(input)))
  await own.house.restart()
  await own.sts(keys).send(new GetCallerIdentityCommand({}))
})

test('a session ends when it is over', async () => {
  const keys = await session({ DurationSeconds: 900 })
  offsetMs = 14 * 60_000
  await whoAmI(keys)
  offsetMs = 15 * 60_000 + 1
  const late = new STSClient({ ...house.client(keys), systemClockOffset: offsetMs })
  await assert.rejects(late.send(new GetCallerIdentityCommand({})), {
    name: 'ExpiredToken',
    message: 'The security token included in the request is expired',
  })
  offsetMs = 0
})

test('session policies narrow and never widen', async () => {
  const Policy = policy({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' })
  const narrow = await session({ Policy })
  await listUsers(narrow)
  await assert.rejects(
    new IAMClient(house.client(narrow)).send(new GetUserCommand({ UserName: 'ann' })),
    notAllowed(/because no session policy allows the iam:GetUser action$/),
  )
  await scene.role('Nothing', trust({ AWS: account }))
  await assert.rejects(
    listUsers(await session({ Policy }, 'Nothing')),
    notAllowed(/because no identity-based policy allows the iam:ListUsers action$/),
  )
})

test('managed session policies narrow, and narrow to nothing when they are deleted', async () => {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'ListOnly',
      PolicyDocument: policy({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }),
    }),
  )
  const arn = Policy?.Arn ?? ''
  const narrow = await session({ PolicyArns: [{ arn }] })
  await listUsers(narrow)
  await iam.send(new DeletePolicyCommand({ PolicyArn: arn }))
  await assert.rejects(listUsers(narrow), notAllowed(/because no session policy allows/))
  await assert.rejects(session({ PolicyArns: [{ arn }] }), {
    name: 'ValidationError',
    message: `Policy ${arn} does not exist or is not attachable.`,
  })
})

test('a session policy that is none is refused', async () => {
  await assert.rejects(session({ Policy: '{}' }), { name: 'MalformedPolicyDocumentException' })
  await assert.rejects(session({ Policy: '{"Version"' }), {
    name: 'MalformedPolicyDocumentException',
    message: 'This policy contains invalid Json',
  })
})

test('what a session carries is bounded and its size is told', async () => {
  const Policy = policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' })
  const { PackedPolicySize = 0 } = await assume(ann, roleArn('Admin'), { Policy })
  assert.ok(PackedPolicySize > 0 && PackedPolicySize < 10, String(PackedPolicySize))
  const long = policy({
    Effect: 'Allow',
    Action: 'iam:*',
    Resource: `arn:aws:iam:::${'x'.repeat(2048)}`,
  })
  await assert.rejects(session({ Policy: long }), { name: 'PackedPolicyTooLargeException' })
  const Tags = Array.from({ length: 50 }, (_, at) => ({ Key: `key${at}`, Value: 'v'.repeat(256) }))
  await assert.rejects(session({ Tags }), {
    name: 'PackedPolicyTooLargeException',
    message: /^Packed size of session tags consumes \d+% of allotted space\.$/,
  })
  // The longest that may be asked for still fits into the headers of a request.
  const most = Array.from({ length: 22 }, (_, at) => ({ Key: `key${at}`, Value: 'v'.repeat(256) }))
  await whoAmI(await session({ Tags: most }))
})

test('session tags are what aws:PrincipalTag asks for', async () => {
  const own = { StringEquals: { 'aws:PrincipalTag/team': 'red' } }
  const document = policy({
    Effect: 'Allow',
    Action: 'iam:ListUsers',
    Resource: '*',
    Condition: own,
  })
  await scene.role('Tagged', trust({ AWS: account }), document)
  await assert.rejects(
    listUsers(await session({}, 'Tagged')),
    notAllowed(/no identity-based policy/),
  )
  const blue = [{ Key: 'team', Value: 'blue' }]
  await assert.rejects(listUsers(await session({ Tags: blue }, 'Tagged')), notAllowed(/identity/))
  await listUsers(await session({ Tags: [{ Key: 'team', Value: 'red' }] }, 'Tagged'))
})

test('tags need sts:TagSession in the trust policy, and conditions see them', async () => {
  const Tags = [{ Key: 'team', Value: 'red' }]
  await scene.role('Untagged', trust({ AWS: account }, undefined, 'sts:AssumeRole'))
  await session({}, 'Untagged')
  await assert.rejects(session({ Tags }, 'Untagged'), {
    name: 'AccessDenied',
    message: `User: ${userArn('ann')} is not authorized to perform: sts:TagSession on resource: ${roleArn('Untagged')}`,
  })
  const red = { StringEquals: { 'aws:RequestTag/team': 'red' }, Null: { 'aws:TagKeys': 'false' } }
  await scene.role('OnlyRed', trust({ AWS: account }, red))
  await session({ Tags }, 'OnlyRed')
  await assert.rejects(session({}, 'OnlyRed'), { name: 'AccessDenied' })
})

test('tag keys differ by more than case, and transitive ones are among the tags', async () => {
  const Tags = [
    { Key: 'Team', Value: 'red' },
    { Key: 'team', Value: 'blue' },
  ]
  await assert.rejects(session({ Tags }), {
    name: 'InvalidParameterValue',
    message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  })
  await assert.rejects(session({ Tags: Tags.slice(1), TransitiveTagKeys: ['other'] }), {
    name: 'InvalidParameterValue',
    message: 'The specified transitive tag key must be included in the requested tags.',
  })
  await assert.rejects(session({ Tags: [{ Key: 'aws:team', Value: 'red' }] }), {
    name: 'InvalidParameterValue',
    message: 'Tag keys must not begin with aws:, which is reserved.',
  })
})

test('transitive tags go along to the next role and cannot be replaced; others stay behind', async () => {
  const own = {
    StringEquals: { 'aws:PrincipalTag/team': 'red' },
    Null: { 'aws:PrincipalTag/desk': 'true' },
  }
  const document = policy({
    Effect: 'Allow',
    Action: 'iam:ListUsers',
    Resource: '*',
    Condition: own,
  })
  await scene.role('Next', trust({ AWS: account }), document)
  const Tags = [
    { Key: 'team', Value: 'red' },
    { Key: 'desk', Value: '7' },
  ]
  const first = await session({ Tags, TransitiveTagKeys: ['TEAM'.toLowerCase()] })
  await listUsers(keysOf(await assume(first, roleArn('Next'))))
  await assert.rejects(assume(first, roleArn('Next'), { Tags: [{ Key: 'TEAM', Value: 'blue' }] }), {
    name: 'InvalidParameterValue',
    message:
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  })
  await scene.role('Closed', trust({ AWS: account }, undefined, 'sts:AssumeRole'))
  await assert.rejects(assume(first, roleArn('Closed')), {
    name: 'AccessDenied',
    message: /sts:TagSession/,
  })
})

test('a source identity stays along the whole chain and cannot be changed', async () => {
  const { SourceIdentity, ...answer } = await assume(ann, roleArn('Admin'), {
    SourceIdentity: 'ann',
  })
  assert.equal(SourceIdentity, 'ann')
  const own = { StringEquals: { 'aws:SourceIdentity': 'ann' } }
  const document = policy({
    Effect: 'Allow',
    Action: 'iam:ListUsers',
    Resource: '*',
    Condition: own,
  })
  await scene.role('Sourced', trust({ AWS: account }), document)
  const next = await assume(keysOf(answer), roleArn('Sourced'))
  assert.equal(next.SourceIdentity, 'ann')
  await listUsers(keysOf(next))
  await assert.rejects(assume(keysOf(answer), roleArn('Sourced'), { SourceIdentity: 'bob' }), {
    name: 'AccessDenied',
    message: 'SourceIdentity cannot be changed once it is set.',
  })
  await scene.role('Sourceless', trust({ AWS: account }, undefined, 'sts:AssumeRole'))
  await assert.rejects(session({ SourceIdentity: 'ann' }, 'Sourceless'), {
    name: 'AccessDenied',
    message: /sts:SetSourceIdentity/,
  })
})

test('a detached policy counts from the very next request', async () => {
  await scene.role('Shrinking', trust({ AWS: account }), everything)
  const keys = await session({}, 'Shrinking')
  await listUsers(keys)
  await iam.send(new DeleteRolePolicyCommand({ RoleName: 'Shrinking', PolicyName: 'inline' }))
  await assert.rejects(listUsers(keys), notAllowed(/no identity-based policy/))
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: 'Shrinking',
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
  )
  await listUsers(keys)
})

test('older sessions are revoked by aws:TokenIssueTime, newer ones are not', async () => {
  await scene.role('Leaked', trust({ AWS: account }), everything)
  const leaked = await session({}, 'Leaked')
  await listUsers(leaked)
  const now = new Date(Date.now() + 1000).toISOString()
  const revoke = policy({
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { DateLessThan: { 'aws:TokenIssueTime': now } },
  })
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'Leaked',
      PolicyName: 'AWSRevokeOlderSessions',
      PolicyDocument: revoke,
    }),
  )
  await assert.rejects(
    listUsers(leaked),
    notAllowed(/with an explicit deny in an identity-based policy$/),
  )
  offsetMs = 3000
  await listUsers(await session({}, 'Leaked'))
  offsetMs = 0
})

test('temporary credentials say that there was no MFA; long-term ones do not say', async () => {
  const needsMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }
  const document = policy(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*', Condition: needsMfa },
  )
  await scene.role('Careful', trust({ AWS: account }), document)
  const carl = await scene.user('carl', document)
  await assert.rejects(listUsers(await session({}, 'Careful')), notAllowed(/explicit deny/))
  await listUsers(carl)
})

test('a role made anew under its name does not inherit the sessions of the old one', async () => {
  await scene.role('Phoenix', trust({ AWS: account }))
  const keys = await session({}, 'Phoenix')
  await whoAmI(keys)
  await iam.send(new DeleteRoleCommand({ RoleName: 'Phoenix' }))
  await assert.rejects(whoAmI(keys), unknown)
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'Phoenix',
      AssumeRolePolicyDocument: trust({ AWS: account }),
    }),
  )
  await assert.rejects(whoAmI(keys), unknown)
})

test('a user made anew under its name is not the one that was trusted', async () => {
  const dora = await scene.user('dora')
  await scene.role('ForDora', trust({ AWS: userArn('dora') }))
  await assume(dora, roleArn('ForDora'))
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'dora', AccessKeyId: dora.accessKeyId }))
  await iam.send(new DeleteUserCommand({ UserName: 'dora' }))
  await assert.rejects(assume(dora, roleArn('ForDora')), unknown)
  await iam.send(new CreateUserCommand({ UserName: 'dora' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'dora' }))
  const again = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
  await assert.rejects(assume(again, roleArn('ForDora')), { name: 'AccessDenied' })
})
