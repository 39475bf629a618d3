/** Roles and their trust policies. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { account, arn, awsArn, document, lambdaTrust, read, refusal, trusting } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

const noRole = (name: string) =>
  refusal('NoSuchEntityException', `The role with name ${name} cannot be found.`)
const malformed = (message: string) => refusal('MalformedPolicyDocumentException', message)
const create = (RoleName: string, AssumeRolePolicyDocument = lambdaTrust) =>
  root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
const trustOf = async (RoleName: string) => {
  const { Role } = await root.send(new GetRoleCommand({ RoleName }))
  return read(Role?.AssumeRolePolicyDocument)
}

test('CreateRole shows neither duration nor last use, GetRole both, ListRoles the former', async () => {
  const Tags = [{ Key: 'k', Value: 'v' }]
  const { Role: created } = await root.send(
    new CreateRoleCommand({
      RoleName: 'app',
      Path: '/svc/',
      AssumeRolePolicyDocument: lambdaTrust,
      Tags,
    }),
  )
  assert.match(created?.RoleId ?? '', /^AROA[A-Z2-7]{17}$/)
  assert.equal(created?.Arn, arn('role/svc/app'))
  assert.deepEqual(created?.Tags, Tags)
  assert.equal(created?.MaxSessionDuration, undefined)
  assert.equal(created?.RoleLastUsed, undefined)

  const { Role } = await root.send(new GetRoleCommand({ RoleName: 'app' }))
  assert.equal(Role?.MaxSessionDuration, 3600)
  assert.deepEqual(Role?.RoleLastUsed, {})
  assert.deepEqual(read(Role?.AssumeRolePolicyDocument), JSON.parse(lambdaTrust))

  const { Roles } = await root.send(new ListRolesCommand({ PathPrefix: '/svc' }))
  const [listed] = Roles ?? []
  assert.equal(listed?.MaxSessionDuration, 3600)
  assert.equal(listed?.Tags, undefined)
  assert.equal(listed?.RoleLastUsed, undefined)
})

test('CreateRole: out of bounds, malformed, taken', async () => {
  await assert.rejects(
    root.send(
      new CreateRoleCommand({
        RoleName: 'long',
        AssumeRolePolicyDocument: lambdaTrust,
        MaxSessionDuration: 43_201,
      }),
    ),
    refusal(
      'ValidationError',
      "1 validation error detected: Value '43201' at 'maxSessionDuration' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ),
  )
  await assert.rejects(create('bad', 'no JSON'), malformed('This policy contains invalid Json'))
  await assert.rejects(
    create(
      'bad',
      document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' }),
    ),
    malformed('Has prohibited field Resource'),
  )
  await assert.rejects(
    create('bad', document({ Effect: 'Allow', Principal: '*', Action: 'iam:GetUser' })),
    malformed('AssumeRole policy may only specify STS AssumeRole actions.'),
  )
  const Condition = { StringEquals: { 'sts:ExternalId': 'x'.repeat(2000) } }
  await assert.rejects(
    create('bad', document({ Effect: 'Allow', Principal: '*', Action: 'sts:*', Condition })),
    refusal('LimitExceededException', 'Cannot exceed quota for ACLSizePerRole: 2048'),
  )
  await assert.rejects(
    create('APP'),
    refusal('EntityAlreadyExistsException', 'Role with name APP already exists.'),
  )
})

test('a trust policy names nobody who does not exist', async () => {
  for (const name of [arn('user/nobody'), arn('role/nobody'), `AIDA${'A'.repeat(17)}`]) {
    await assert.rejects(
      create('bad', trusting({ AWS: name })),
      malformed(`Invalid principal in policy: "AWS":"${name}"`),
    )
  }
})

test('a trust policy names a user by its path, too', async () => {
  await root.send(new CreateUserCommand({ UserName: 'pat', Path: '/p/' }))
  await assert.rejects(
    create('bad', trusting({ AWS: arn('user/pat') })),
    malformed(`Invalid principal in policy: "AWS":"${arn('user/pat')}"`),
  )
  await create('good', trusting({ AWS: arn('user/p/pat') }))
})

test('a trust policy follows a user that is renamed, and shows the id of one that is gone', async () => {
  const { User } = await root.send(new CreateUserCommand({ UserName: 'tom' }))
  await create('held', trusting({ AWS: [arn('user/tom'), account] }))
  assert.deepEqual(await trustOf('held'), JSON.parse(trusting({ AWS: [arn('user/tom'), account] })))

  await root.send(new UpdateUserCommand({ UserName: 'tom', NewUserName: 'tim' }))
  assert.deepEqual(await trustOf('held'), JSON.parse(trusting({ AWS: [arn('user/tim'), account] })))

  await root.send(new DeleteUserCommand({ UserName: 'tim' }))
  const gone = trusting({ AWS: [User?.UserId, account] })
  assert.deepEqual(await trustOf('held'), JSON.parse(gone))

  await root.send(new CreateUserCommand({ UserName: 'tim' }))
  assert.deepEqual(await trustOf('held'), JSON.parse(gone), 'somebody else of that name')
})

test('UpdateAssumeRolePolicy: absent, malformed, done', async () => {
  const PolicyDocument = trusting({ Service: 'events.amazonaws.com' })
  await assert.rejects(
    root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'none', PolicyDocument })),
    noRole('none'),
  )
  await assert.rejects(
    root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'app', PolicyDocument: '{}' })),
    malformed('Syntax errors in policy.'),
  )
  await root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'app', PolicyDocument }))
  assert.deepEqual(await trustOf('app'), JSON.parse(PolicyDocument))
})

test('percent signs in documents survive', async () => {
  const Condition = { StringEquals: { 'sts:ExternalId': "100% (it's *)" } }
  const text = document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Condition })
  await root.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'app', PolicyDocument: text }))
  assert.deepEqual(await trustOf('app'), JSON.parse(text))
})

test('UpdateRole and UpdateRoleDescription change only what they are given', async () => {
  const role = { RoleName: 'app' }
  await assert.rejects(root.send(new UpdateRoleCommand({ RoleName: 'none' })), noRole('none'))
  await root.send(new UpdateRoleCommand({ ...role, MaxSessionDuration: 7200 }))
  const { Role } = await root.send(
    new UpdateRoleDescriptionCommand({ ...role, Description: 'the app' }),
  )
  assert.equal(Role?.Description, 'the app')
  assert.equal(Role?.MaxSessionDuration, 7200)
  await root.send(new UpdateRoleCommand({ ...role, Description: '' }))
  const found = await root.send(new GetRoleCommand(role))
  assert.equal(found.Role?.Description, '')
  assert.equal(found.Role?.MaxSessionDuration, 7200)
})

test('tags of roles: added, replaced whatever the case, listed by key, removed', async () => {
  const role = { RoleName: 'app' }
  await root.send(
    new TagRoleCommand({
      ...role,
      Tags: [
        { Key: 'K', Value: 'w' },
        { Key: 'a', Value: 'x' },
      ],
    }),
  )
  const { Tags } = await root.send(new ListRoleTagsCommand(role))
  assert.deepEqual(Tags, [
    { Key: 'K', Value: 'w' },
    { Key: 'a', Value: 'x' },
  ])
  const page = await root.send(new ListRoleTagsCommand({ ...role, MaxItems: 1 }))
  assert.equal(page.IsTruncated, true)
  const rest = await root.send(new ListRoleTagsCommand({ ...role, Marker: page.Marker }))
  assert.deepEqual(rest.Tags, [{ Key: 'a', Value: 'x' }])
  await root.send(new UntagRoleCommand({ ...role, TagKeys: ['k'] }))
  const left = await root.send(new ListRoleTagsCommand(role))
  assert.deepEqual(left.Tags, [{ Key: 'a', Value: 'x' }])
  await assert.rejects(root.send(new ListRoleTagsCommand({ RoleName: 'none' })), noRole('none'))
})

test('a role’s boundary: absent, put, shown, taken away, taken away twice', async () => {
  const role = { RoleName: 'app' }
  const PermissionsBoundary = awsArn('ReadOnlyAccess')
  await assert.rejects(
    root.send(
      new PutRolePermissionsBoundaryCommand({ ...role, PermissionsBoundary: awsArn('Nothing') }),
    ),
    refusal('ValidationError', `ARN ${awsArn('Nothing')} is not valid.`),
  )
  await root.send(new PutRolePermissionsBoundaryCommand({ ...role, PermissionsBoundary }))
  const { Role } = await root.send(new GetRoleCommand(role))
  assert.deepEqual(Role?.PermissionsBoundary, {
    PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
    PermissionsBoundaryArn: PermissionsBoundary,
  })
  await root.send(new DeleteRolePermissionsBoundaryCommand(role))
  await assert.rejects(
    root.send(new DeleteRolePermissionsBoundaryCommand(role)),
    refusal(
      'NoSuchEntityException',
      'The role with name app does not have a permissions boundary attached.',
    ),
  )
})

test('DeleteRole: instance profiles first, absent the second time', async () => {
  const place = { RoleName: 'app', InstanceProfileName: 'machine' }
  await root.send(new CreateInstanceProfileCommand(place))
  await root.send(new AddRoleToInstanceProfileCommand(place))
  await assert.rejects(
    root.send(new DeleteRoleCommand({ RoleName: 'app' })),
    refusal(
      'DeleteConflictException',
      'Cannot delete entity, must remove roles from instance profile first.',
    ),
  )
  await root.send(new RemoveRoleFromInstanceProfileCommand(place))
  await root.send(new DeleteRoleCommand({ RoleName: 'app' }))
  await assert.rejects(root.send(new DeleteRoleCommand({ RoleName: 'app' })), noRole('app'))
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
