/** Groups: made, found, renamed, filled, removed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  IAMClient,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { arn, awsArn, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
  for (const UserName of ['u1', 'u2', 'u3']) await root.send(new CreateUserCommand({ UserName }))
})
after(() => house[Symbol.asyncDispose]())

const noGroup = (name: string) =>
  refusal('NoSuchEntityException', `The group with name ${name} cannot be found.`)
const noUser = (name: string) =>
  refusal('NoSuchEntityException', `The user with name ${name} cannot be found.`)

test('CreateGroup and GetGroup', async () => {
  await assert.rejects(root.send(new GetGroupCommand({ GroupName: 'dev' })), noGroup('dev'))
  const { Group } = await root.send(new CreateGroupCommand({ GroupName: 'dev', Path: '/x/' }))
  assert.match(Group?.GroupId ?? '', /^AGPA[A-Z2-7]{17}$/)
  assert.equal(Group?.Arn, arn('group/x/dev'))
  const found = await root.send(new GetGroupCommand({ GroupName: 'dev' }))
  assert.deepEqual(found.Group, Group)
  assert.deepEqual(found.Users, [])
  assert.equal(found.IsTruncated, false)
  await assert.rejects(
    root.send(new CreateGroupCommand({ GroupName: 'Dev' })),
    refusal('EntityAlreadyExistsException', 'Group with name Dev already exists.'),
  )
})

test('AddUserToGroup and RemoveUserFromGroup: absent, done, done twice', async () => {
  await assert.rejects(
    root.send(new AddUserToGroupCommand({ GroupName: 'none', UserName: 'u1' })),
    noGroup('none'),
  )
  await assert.rejects(
    root.send(new AddUserToGroupCommand({ GroupName: 'dev', UserName: 'none' })),
    noUser('none'),
  )
  for (const UserName of ['u2', 'u1', 'u3', 'u1']) {
    await root.send(new AddUserToGroupCommand({ GroupName: 'dev', UserName }))
  }
  const { Users } = await root.send(new GetGroupCommand({ GroupName: 'dev' }))
  assert.deepEqual(
    Users?.map(({ UserName }) => UserName),
    ['u1', 'u2', 'u3'],
  )

  await root.send(new RemoveUserFromGroupCommand({ GroupName: 'dev', UserName: 'u3' }))
  await root.send(new RemoveUserFromGroupCommand({ GroupName: 'dev', UserName: 'u3' }))
  await assert.rejects(
    root.send(new RemoveUserFromGroupCommand({ GroupName: 'dev', UserName: 'none' })),
    noUser('none'),
  )
  const left = await root.send(new GetGroupCommand({ GroupName: 'dev' }))
  assert.deepEqual(
    left.Users?.map(({ UserName }) => UserName),
    ['u1', 'u2'],
  )
})

test('GetGroup page by page, with a member that was renamed', async () => {
  await root.send(new UpdateUserCommand({ UserName: 'u1', NewUserName: 'w1' }))
  const first = await root.send(new GetGroupCommand({ GroupName: 'dev', MaxItems: 1 }))
  assert.deepEqual(
    first.Users?.map(({ UserName }) => UserName),
    ['u2'],
  )
  assert.equal(first.IsTruncated, true)
  const { Marker } = first
  const second = await root.send(new GetGroupCommand({ GroupName: 'dev', MaxItems: 1, Marker }))
  assert.deepEqual(
    second.Users?.map(({ UserName }) => UserName),
    ['w1'],
  )
  assert.equal(second.IsTruncated, false)
})

test('UpdateGroup: absent, taken, renamed with its members', async () => {
  await root.send(new CreateGroupCommand({ GroupName: 'ops' }))
  await assert.rejects(
    root.send(new UpdateGroupCommand({ GroupName: 'none', NewPath: '/z/' })),
    noGroup('none'),
  )
  await assert.rejects(
    root.send(new UpdateGroupCommand({ GroupName: 'dev', NewGroupName: 'ops' })),
    refusal('EntityAlreadyExistsException', 'Group with name ops already exists.'),
  )
  await root.send(new UpdateGroupCommand({ GroupName: 'dev', NewGroupName: 'web', NewPath: '/z/' }))
  await assert.rejects(root.send(new GetGroupCommand({ GroupName: 'dev' })), noGroup('dev'))
  const { Groups } = await root.send(new ListGroupsForUserCommand({ UserName: 'u2' }))
  assert.deepEqual(
    Groups?.map(({ Arn }) => Arn),
    [arn('group/z/web')],
  )
})

test('ListGroups by path', async () => {
  const { Groups } = await root.send(new ListGroupsCommand({ PathPrefix: '/z' }))
  assert.deepEqual(
    Groups?.map(({ GroupName }) => GroupName),
    ['web'],
  )
})

test('a user can be in ten groups', async () => {
  for (let at = 1; at <= 10; at++) {
    await root.send(new CreateGroupCommand({ GroupName: `n${at}` }))
    await root.send(new AddUserToGroupCommand({ GroupName: `n${at}`, UserName: 'u3' }))
  }
  await assert.rejects(
    root.send(new AddUserToGroupCommand({ GroupName: 'web', UserName: 'u3' })),
    refusal('LimitExceededException', 'Cannot exceed quota for GroupsPerUser: 10'),
  )
})

test('DeleteGroup: members and policies first', async () => {
  const group = { GroupName: 'web' }
  const attachment = { ...group, PolicyArn: awsArn('ReadOnlyAccess') }
  await root.send(new AttachGroupPolicyCommand(attachment))
  const conflict = (what: string) =>
    refusal('DeleteConflictException', `Cannot delete entity, must ${what} first.`)
  await assert.rejects(
    root.send(new DeleteGroupCommand(group)),
    conflict('remove users from group'),
  )
  for (const UserName of ['w1', 'u2']) {
    await root.send(new RemoveUserFromGroupCommand({ ...group, UserName }))
  }
  await assert.rejects(root.send(new DeleteGroupCommand(group)), conflict('detach all policies'))
  await root.send(new DetachGroupPolicyCommand(attachment))
  await root.send(new DeleteGroupCommand(group))
  await assert.rejects(root.send(new DeleteGroupCommand(group)), noGroup('web'))
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
