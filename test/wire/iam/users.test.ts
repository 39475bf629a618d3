/** Users: made, found, renamed, tagged, removed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  ListGroupsForUserCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import {
  account,
  allowing,
  arn,
  awsArn,
  denied,
  document,
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

const noUser = (name: string) =>
  refusal('NoSuchEntityException', `The user with name ${name} cannot be found.`)

test('CreateUser answers with path, id and tags; GetUser repeats it', async () => {
  const Tags = [{ Key: 'Team', Value: 'a' }]
  const { User } = await root.send(new CreateUserCommand({ UserName: 'Ann', Path: '/dev/', Tags }))
  assert.match(User?.UserId ?? '', /^AIDA[A-Z2-7]{17}$/)
  assert.equal(User?.Arn, `arn:aws:iam::${account}:user/dev/Ann`)
  assert.deepEqual(User?.Tags, Tags)
  const found = await root.send(new GetUserCommand({ UserName: 'Ann' }))
  assert.deepEqual(found.User, User)
})

test('CreateUser: a name is taken whatever its case', async () => {
  await assert.rejects(
    root.send(new CreateUserCommand({ UserName: 'ANN' })),
    refusal('EntityAlreadyExistsException', 'User with name ANN already exists.'),
  )
})

test('CreateUser: an absent boundary', async () => {
  const PermissionsBoundary = arn('policy/none')
  await assert.rejects(
    root.send(new CreateUserCommand({ UserName: 'bounded', PermissionsBoundary })),
    refusal(
      'NoSuchEntityException',
      `Scope ARN: ${PermissionsBoundary} does not exist or is not attachable.`,
    ),
  )
  await assert.rejects(root.send(new GetUserCommand({ UserName: 'bounded' })), noUser('bounded'))
})

test('CreateUser with a boundary that a condition asks for', async () => {
  const maker = await newcomer(house, 'maker')
  const PermissionsBoundary = awsArn('IAMReadOnlyAccess')
  const PolicyDocument = document({
    Effect: 'Allow',
    Action: 'iam:CreateUser',
    Resource: '*',
    Condition: { StringEquals: { 'iam:PermissionsBoundary': PermissionsBoundary } },
  })
  await root.send(new PutUserPolicyCommand({ UserName: 'maker', PolicyName: 'p', PolicyDocument }))
  await assert.rejects(
    maker.send(new CreateUserCommand({ UserName: 'made' })),
    denied('maker', 'iam:CreateUser', arn('user/made')),
  )
  const { User } = await maker.send(
    new CreateUserCommand({ UserName: 'made', PermissionsBoundary }),
  )
  assert.deepEqual(User?.PermissionsBoundary, {
    PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
    PermissionsBoundaryArn: PermissionsBoundary,
  })
})

test('CreateUser with a tag that a condition asks for', async () => {
  const tagger = await newcomer(house, 'tagger')
  const PolicyDocument = document({
    Effect: 'Allow',
    Action: ['iam:CreateUser', 'iam:TagUser', 'iam:DeleteUser'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } },
  })
  const policy = { UserName: 'tagger', PolicyName: 'p', PolicyDocument }
  await root.send(new PutUserPolicyCommand(policy))
  const red = [{ Key: 'team', Value: 'red' }]
  await tagger.send(new CreateUserCommand({ UserName: 'red', Tags: red }))
  await assert.rejects(
    tagger.send(
      new CreateUserCommand({ UserName: 'blue', Tags: [{ Key: 'team', Value: 'blue' }] }),
    ),
    denied('tagger', 'iam:CreateUser', arn('user/blue')),
  )
})

test('GetUser without a name is about the caller, root included', async () => {
  const { User } = await root.send(new GetUserCommand({}))
  assert.equal(User?.Arn, `arn:aws:iam::${account}:root`)
  assert.equal(User?.UserId, account)
})

test('GetUser tells absence to the entitled only', async () => {
  await assert.rejects(root.send(new GetUserCommand({ UserName: 'nobody' })), noUser('nobody'))
  const low = await newcomer(house, 'low')
  await assert.rejects(
    low.send(new GetUserCommand({ UserName: 'nobody' })),
    denied('low', 'iam:GetUser', arn('user/nobody')),
  )
})

test('ListUsers: by name, by path, page by page', async () => {
  for (const UserName of ['p1', 'p2', 'p3']) {
    await root.send(new CreateUserCommand({ UserName, Path: '/paged/' }))
  }
  const all = await root.send(new ListUsersCommand({ PathPrefix: '/pag' }))
  assert.deepEqual(
    all.Users?.map(({ UserName }) => UserName),
    ['p1', 'p2', 'p3'],
  )
  assert.equal(all.IsTruncated, false)
  const names: (string | undefined)[] = []
  let Marker: string | undefined
  do {
    const page = await root.send(new ListUsersCommand({ MaxItems: 2, Marker }))
    assert.ok((page.Users?.length ?? 0) <= 2)
    names.push(...(page.Users ?? []).map(({ UserName }) => UserName))
    Marker = page.Marker
  } while (Marker)
  assert.ok(['Ann', 'made', 'p1', 'p2', 'p3'].every((name) => names.includes(name)))
  assert.equal(new Set(names).size, names.length)
  await assert.rejects(
    root.send(new ListUsersCommand({ Marker: 'nonsense' })),
    refusal('ValidationError', 'Invalid Marker.'),
  )
})

test('UpdateUser: absent, taken, moved', async () => {
  await assert.rejects(
    root.send(new UpdateUserCommand({ UserName: 'nobody', NewPath: '/x/' })),
    noUser('nobody'),
  )
  await assert.rejects(
    root.send(new UpdateUserCommand({ UserName: 'p1', NewUserName: 'P2' })),
    refusal('EntityAlreadyExistsException', 'User with name P2 already exists.'),
  )
  const { User: before } = await root.send(new GetUserCommand({ UserName: 'p1' }))
  await root.send(new UpdateUserCommand({ UserName: 'p1', NewUserName: 'P1', NewPath: '/y/' }))
  const { User } = await root.send(new GetUserCommand({ UserName: 'P1' }))
  assert.equal(User?.UserId, before?.UserId)
  assert.equal(User?.Arn, arn('user/y/P1'))
})

test('UpdateUser reaches into no path that is not the caller’s', async () => {
  const mover = await newcomer(house, 'mover')
  const PolicyDocument = document({
    Effect: 'Allow',
    Action: 'iam:UpdateUser',
    Resource: arn('user/paged/*'),
  })
  await root.send(new PutUserPolicyCommand({ UserName: 'mover', PolicyName: 'p', PolicyDocument }))
  await assert.rejects(
    mover.send(new UpdateUserCommand({ UserName: 'p2', NewPath: '/admin/' })),
    denied('mover', 'iam:UpdateUser', arn('user/admin/p2')),
  )
  await mover.send(new UpdateUserCommand({ UserName: 'p2', NewUserName: 'p22' }))
})

test('tags of users are told apart by letters, not by case', async () => {
  const Team = { Key: 'Team', Value: 'b' }
  await assert.rejects(
    root.send(new TagUserCommand({ UserName: 'Ann', Tags: [Team, { Key: 'team', Value: 'c' }] })),
    refusal(
      'InvalidInputException',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ),
  )
  await root.send(
    new TagUserCommand({
      UserName: 'Ann',
      Tags: [
        { Key: 'team', Value: 'c' },
        { Key: 'A', Value: '' },
      ],
    }),
  )
  const { Tags, IsTruncated } = await root.send(new ListUserTagsCommand({ UserName: 'Ann' }))
  assert.deepEqual(Tags, [
    { Key: 'A', Value: '' },
    { Key: 'team', Value: 'c' },
  ])
  assert.equal(IsTruncated, false)
  await root.send(new UntagUserCommand({ UserName: 'Ann', TagKeys: ['TEAM', 'other'] }))
  const left = await root.send(new ListUserTagsCommand({ UserName: 'Ann' }))
  assert.deepEqual(left.Tags, [{ Key: 'A', Value: '' }])
})

test('TagUser: reserved keys and too many', async () => {
  await assert.rejects(
    root.send(new TagUserCommand({ UserName: 'Ann', Tags: [{ Key: 'AWS:x', Value: '' }] })),
    refusal('InvalidInputException', 'Tag keys beginning with aws: are reserved for AWS use.'),
  )
  const Tags = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: '' }))
  await assert.rejects(
    root.send(new TagUserCommand({ UserName: 'Ann', Tags })),
    refusal('LimitExceededException', 'The number of tags has reached the maximum limit.'),
  )
})

test('a policy may ask for the tags of the user that is acted on', async () => {
  const guard = await newcomer(house, 'guard')
  const PolicyDocument = document({
    Effect: 'Allow',
    Action: 'iam:GetUser',
    Resource: '*',
    Condition: { StringEquals: { 'iam:ResourceTag/team': 'red' } },
  })
  await root.send(new PutUserPolicyCommand({ UserName: 'guard', PolicyName: 'p', PolicyDocument }))
  await guard.send(new GetUserCommand({ UserName: 'red' }))
  await assert.rejects(
    guard.send(new GetUserCommand({ UserName: 'Ann' })),
    denied('guard', 'iam:GetUser', arn('user/dev/Ann')),
  )
})

test('DeleteUser: everything must be taken away first', async () => {
  const user = { UserName: 'full' }
  await root.send(new CreateUserCommand(user))
  const { accessKeyId: AccessKeyId } = await keysOf(root, 'full')
  const inline = { ...user, PolicyName: 'p' }
  const attachment = { ...user, PolicyArn: awsArn('IAMReadOnlyAccess') }
  const membership = { ...user, GroupName: 'g' }
  await root.send(new PutUserPolicyCommand({ ...inline, PolicyDocument: allowing('iam:*') }))
  await root.send(new AttachUserPolicyCommand(attachment))
  await root.send(new CreateGroupCommand({ GroupName: 'g' }))
  await root.send(new AddUserToGroupCommand(membership))
  await root.send(new CreateLoginProfileCommand({ ...user, Password: 'Correct-horse' }))
  const conflict = (what: string) =>
    refusal('DeleteConflictException', `Cannot delete entity, must ${what} first.`)

  await assert.rejects(root.send(new DeleteUserCommand(user)), conflict('remove users from group'))
  await root.send(new RemoveUserFromGroupCommand(membership))
  await assert.rejects(root.send(new DeleteUserCommand(user)), conflict('detach all policies'))
  await root.send(new DetachUserPolicyCommand(attachment))
  await assert.rejects(root.send(new DeleteUserCommand(user)), conflict('delete policies'))
  await root.send(new DeleteUserPolicyCommand(inline))
  await assert.rejects(root.send(new DeleteUserCommand(user)), conflict('delete login profile'))
  await root.send(new DeleteLoginProfileCommand(user))
  await assert.rejects(root.send(new DeleteUserCommand(user)), conflict('delete access keys'))
  await root.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId }))
  await root.send(new DeleteUserCommand(user))
  await assert.rejects(root.send(new DeleteUserCommand(user)), noUser('full'))
})

test('ListGroupsForUser names groups by their names of today', async () => {
  await root.send(new AddUserToGroupCommand({ UserName: 'Ann', GroupName: 'g' }))
  const { Groups } = await root.send(new ListGroupsForUserCommand({ UserName: 'ann' }))
  assert.deepEqual(
    Groups?.map(({ GroupName }) => GroupName),
    ['g'],
  )
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
