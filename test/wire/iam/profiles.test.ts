/** Instance profiles, as records. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  IAMClient,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  PutUserPolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { arn, denied, document, lambdaTrust, newcomer, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
  for (const RoleName of ['r1', 'r2']) {
    await root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: lambdaTrust }))
  }
})
after(() => house[Symbol.asyncDispose]())

const machine = { InstanceProfileName: 'machine' }
const none = { InstanceProfileName: 'none' }
const noProfile = refusal('NoSuchEntityException', 'Instance Profile none cannot be found.')

test('made, found, taken, absent', async () => {
  const { InstanceProfile } = await root.send(
    new CreateInstanceProfileCommand({ ...machine, Path: '/m/' }),
  )
  assert.match(InstanceProfile?.InstanceProfileId ?? '', /^AIPA[A-Z2-7]{17}$/)
  assert.equal(InstanceProfile?.Arn, arn('instance-profile/m/machine'))
  assert.deepEqual(InstanceProfile?.Roles, [])
  const found = await root.send(new GetInstanceProfileCommand(machine))
  assert.deepEqual(found.InstanceProfile?.Tags, [])
  await assert.rejects(
    root.send(new CreateInstanceProfileCommand(machine)),
    refusal('EntityAlreadyExistsException', 'Instance Profile machine already exists.'),
  )
  await assert.rejects(root.send(new GetInstanceProfileCommand(none)), noProfile)
})

test('it holds one role, which whoever puts it there must be allowed to pass', async () => {
  const put = (RoleName: string) => new AddRoleToInstanceProfileCommand({ ...machine, RoleName })
  await assert.rejects(
    root.send(put('r9')),
    refusal('NoSuchEntityException', 'The role with name r9 cannot be found.'),
  )
  const ann = await newcomer(house, 'ann')
  const policy = (condition: object) => ({
    UserName: 'ann',
    PolicyName: 'p',
    PolicyDocument: document(
      { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', Condition: condition },
    ),
  })
  const toLambda = { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }
  await root.send(new PutUserPolicyCommand(policy(toLambda)))
  await assert.rejects(ann.send(put('r1')), denied('ann', 'iam:PassRole', arn('role/r1')))
  const toMachines = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }
  await root.send(new PutUserPolicyCommand(policy(toMachines)))
  await ann.send(put('r1'))
  await assert.rejects(
    root.send(put('r2')),
    refusal(
      'LimitExceededException',
      'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    ),
  )
})

test('listed by path and by role', async () => {
  const { InstanceProfiles } = await root.send(
    new ListInstanceProfilesCommand({ PathPrefix: '/m' }),
  )
  assert.deepEqual(
    InstanceProfiles?.map(({ InstanceProfileName, Roles }) => [
      InstanceProfileName,
      Roles?.map(({ RoleName }) => RoleName),
    ]),
    [['machine', ['r1']]],
  )
  const of = (RoleName: string) => root.send(new ListInstanceProfilesForRoleCommand({ RoleName }))
  assert.equal((await of('r1')).InstanceProfiles?.length, 1)
  assert.deepEqual((await of('r2')).InstanceProfiles, [])
})

test('tags', async () => {
  const Tags = [{ Key: 'k', Value: 'v' }]
  await assert.rejects(root.send(new TagInstanceProfileCommand({ ...none, Tags })), noProfile)
  await root.send(new TagInstanceProfileCommand({ ...machine, Tags }))
  const tagged = await root.send(new ListInstanceProfileTagsCommand(machine))
  assert.deepEqual(tagged.Tags, Tags)
  await root.send(new UntagInstanceProfileCommand({ ...machine, TagKeys: ['k'] }))
  const untagged = await root.send(new ListInstanceProfileTagsCommand(machine))
  assert.deepEqual(untagged.Tags, [])
})

test('deleted when empty only', async () => {
  await assert.rejects(
    root.send(new DeleteInstanceProfileCommand(machine)),
    refusal(
      'DeleteConflictException',
      'Cannot delete entity, must remove roles from instance profile first.',
    ),
  )
  const remove = (RoleName: string) =>
    root.send(new RemoveRoleFromInstanceProfileCommand({ ...machine, RoleName }))
  await assert.rejects(
    remove('r2'),
    refusal('NoSuchEntityException', 'Role r2 in Instance Profile machine cannot be found.'),
  )
  await remove('r1')
  await root.send(new DeleteInstanceProfileCommand(machine))
  await assert.rejects(
    root.send(new DeleteInstanceProfileCommand(machine)),
    refusal('NoSuchEntityException', 'Instance Profile machine cannot be found.'),
  )
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
