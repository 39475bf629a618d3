/** Managed policies, their versions and who holds on to them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  PutUserPermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { allowing, arn, awsArn, lambdaTrust, policyOfChars, read, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

const PolicyArn = arn('policy/team/p')
const none = arn('policy/none')
const PolicyDocument = allowing('kms:Decrypt')
const noVersion = (policy: string, version: string) =>
  refusal(
    'NoSuchEntityException',
    `Policy ${policy} version ${version} does not exist or is not attachable.`,
  )
const notFound = (policy: string) =>
  refusal('NoSuchEntityException', `Policy ${policy} was not found.`)

test('CreatePolicy: malformed, too large, made, taken', async () => {
  await assert.rejects(
    root.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: '{}' })),
    refusal('MalformedPolicyDocumentException', 'Syntax errors in policy.'),
  )
  await assert.rejects(
    root.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: policyOfChars(6145) })),
    refusal('LimitExceededException', 'Cannot exceed quota for PolicySize: 6144'),
  )
  const { Policy } = await root.send(
    new CreatePolicyCommand({ PolicyName: 'p', Path: '/team/', PolicyDocument, Description: 'd' }),
  )
  assert.equal(Policy?.Arn, PolicyArn)
  assert.match(Policy?.PolicyId ?? '', /^ANPA[A-Z2-7]{17}$/)
  assert.equal(Policy?.DefaultVersionId, 'v1')
  assert.equal(Policy?.AttachmentCount, 0)
  assert.equal(Policy?.Description, undefined)
  assert.equal(Policy?.Tags, undefined)
  await assert.rejects(
    root.send(new CreatePolicyCommand({ PolicyName: 'P', PolicyDocument })),
    refusal(
      'EntityAlreadyExistsException',
      'A policy called P already exists. Duplicate names are not allowed.',
    ),
  )
})

test('GetPolicy: no ARN, absent, another path, found', async () => {
  await assert.rejects(
    root.send(new GetPolicyCommand({ PolicyArn: arn('user/somebody') })),
    refusal('ValidationError', `ARN ${arn('user/somebody')} is not valid.`),
  )
  await assert.rejects(root.send(new GetPolicyCommand({ PolicyArn: none })), notFound(none))
  const elsewhere = arn('policy/p')
  await assert.rejects(
    root.send(new GetPolicyCommand({ PolicyArn: elsewhere })),
    notFound(elsewhere),
  )
  const { Policy } = await root.send(new GetPolicyCommand({ PolicyArn }))
  assert.equal(Policy?.Description, 'd')
  assert.deepEqual(Policy?.Tags, [])
})

test('versions: made, shown newest first, put in force, five at most, deleted', async () => {
  const text = allowing('kms:Encrypt')
  const { PolicyVersion } = await root.send(
    new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: text }),
  )
  assert.equal(PolicyVersion?.VersionId, 'v2')
  assert.equal(PolicyVersion?.IsDefaultVersion, false)
  const shown = await root.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
  assert.deepEqual(read(shown.PolicyVersion?.Document), JSON.parse(text))

  await root.send(
    new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: text, SetAsDefault: true }),
  )
  const { Policy } = await root.send(new GetPolicyCommand({ PolicyArn }))
  assert.equal(Policy?.DefaultVersionId, 'v3')
  await root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: text }))
  await root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: text }))
  await assert.rejects(
    root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: text })),
    refusal(
      'LimitExceededException',
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    ),
  )
  await root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
  const sixth = await root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: text }))
  assert.equal(sixth.PolicyVersion?.VersionId, 'v6', 'numbers are not used again')
  await root.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))

  const first = await root.send(new ListPolicyVersionsCommand({ PolicyArn, MaxItems: 3 }))
  assert.deepEqual(
    first.Versions?.map(({ VersionId }) => VersionId),
    ['v6', 'v5', 'v4'],
  )
  const { Marker } = first
  const second = await root.send(new ListPolicyVersionsCommand({ PolicyArn, Marker }))
  assert.deepEqual(
    second.Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
    [
      ['v3', false],
      ['v2', true],
    ],
  )
})

test('versions: malformed, absent, in force', async () => {
  await assert.rejects(
    root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: '[]' })),
    refusal('MalformedPolicyDocumentException', 'Syntax errors in policy.'),
  )
  await assert.rejects(
    root.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v9' })),
    noVersion(PolicyArn, 'v9'),
  )
  await assert.rejects(
    root.send(new GetPolicyVersionCommand({ PolicyArn: none, VersionId: 'v1' })),
    noVersion(none, 'v1'),
  )
  await assert.rejects(
    root.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' })),
    noVersion(PolicyArn, 'v1'),
  )
  await assert.rejects(
    root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v9' })),
    noVersion(PolicyArn, 'v9'),
  )
  await assert.rejects(
    root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' })),
    refusal('DeleteConflictException', 'Cannot delete the default version of a policy.'),
  )
})

test('who holds on to a policy is listed, counted and follows a rename', async () => {
  await root.send(new CreateUserCommand({ UserName: 'ann' }))
  await root.send(new CreateUserCommand({ UserName: 'ben' }))
  await root.send(new CreateGroupCommand({ GroupName: 'dev' }))
  await root.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument: lambdaTrust }))
  await root.send(new AttachUserPolicyCommand({ UserName: 'ann', PolicyArn }))
  await root.send(new AttachGroupPolicyCommand({ GroupName: 'dev', PolicyArn }))
  await root.send(new AttachRolePolicyCommand({ RoleName: 'app', PolicyArn }))
  const bound = { UserName: 'ben', PermissionsBoundary: PolicyArn }
  await root.send(new PutUserPermissionsBoundaryCommand(bound))
  await root.send(new UpdateUserCommand({ UserName: 'ann', NewUserName: 'zoe' }))

  const { Policy } = await root.send(new GetPolicyCommand({ PolicyArn }))
  assert.equal(Policy?.AttachmentCount, 3)
  assert.equal(Policy?.PermissionsBoundaryUsageCount, 1)
  const list = (more: object) => root.send(new ListEntitiesForPolicyCommand({ PolicyArn, ...more }))
  const all = await list({})
  assert.deepEqual(
    all.PolicyUsers?.map(({ UserName }) => UserName),
    ['ben', 'zoe'],
  )
  assert.deepEqual(
    all.PolicyGroups?.map(({ GroupName }) => GroupName),
    ['dev'],
  )
  assert.deepEqual(
    all.PolicyRoles?.map(({ RoleName }) => RoleName),
    ['app'],
  )
  const bounded = await list({ PolicyUsageFilter: 'PermissionsBoundary' })
  assert.deepEqual(
    bounded.PolicyUsers?.map(({ UserName }) => UserName),
    ['ben'],
  )
  const roles = await list({ EntityFilter: 'Role' })
  assert.deepEqual([roles.PolicyUsers, roles.PolicyRoles?.length], [[], 1])
  await assert.rejects(
    list({ EntityFilter: 'AWSManagedPolicy' }),
    refusal('InvalidInputException', 'EntityFilter must be User, Role or Group.'),
  )
})

test('ListEntitiesForPolicy page by page', async () => {
  const seen: (string | undefined)[] = []
  let Marker: string | undefined
  do {
    const page: Awaited<ReturnType<typeof next>> = await next(Marker)
    seen.push(...(page.PolicyUsers ?? []).map(({ UserName }) => UserName))
    seen.push(...(page.PolicyGroups ?? []).map(({ GroupName }) => GroupName))
    seen.push(...(page.PolicyRoles ?? []).map(({ RoleName }) => RoleName))
    Marker = page.Marker
  } while (Marker)
  assert.deepEqual(seen, ['ben', 'dev', 'app', 'zoe'])

  function next(from: string | undefined) {
    return root.send(new ListEntitiesForPolicyCommand({ PolicyArn, MaxItems: 1, Marker: from }))
  }
})

test('DeletePolicy: in use, several versions, absent, done', async () => {
  const inUse = refusal('DeleteConflictException', 'Cannot delete a policy attached to entities.')
  const remove = () => root.send(new DeletePolicyCommand({ PolicyArn }))
  await assert.rejects(remove(), inUse)
  await root.send(new DetachUserPolicyCommand({ UserName: 'zoe', PolicyArn }))
  await root.send(new DetachGroupPolicyCommand({ GroupName: 'dev', PolicyArn }))
  await root.send(new DetachRolePolicyCommand({ RoleName: 'app', PolicyArn }))
  await assert.rejects(remove(), inUse)
  await root.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'ben' }))
  await assert.rejects(
    remove(),
    refusal(
      'DeleteConflictException',
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    ),
  )
  for (const VersionId of ['v3', 'v4', 'v5', 'v6']) {
    await root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
  }
  await remove()
  await assert.rejects(remove(), notFound(PolicyArn))
})

test('a policy cannot be deleted while it is being attached', async () => {
  await root.send(new CreatePolicyCommand({ PolicyName: 'race', PolicyDocument }))
  const race = { PolicyArn: arn('policy/race') }
  const outcomes = await Promise.allSettled([
    root.send(new AttachUserPolicyCommand({ UserName: 'zoe', ...race })),
    root.send(new DeletePolicyCommand(race)),
  ])
  const done = outcomes.filter(({ status }) => status === 'fulfilled')
  assert.equal(done.length, 1, 'one of the two, whichever was first')
})

test('tags of policies are told apart by case', async () => {
  await root.send(new CreatePolicyCommand({ PolicyName: 'tagged', PolicyDocument }))
  const policy = { PolicyArn: arn('policy/tagged') }
  const [lower, upper] = [
    { Key: 'a', Value: 'l' },
    { Key: 'A', Value: 'u' },
  ]
  await assert.rejects(
    root.send(new TagPolicyCommand({ ...policy, Tags: [lower, lower] })),
    refusal('InvalidInputException', 'Duplicate tag keys found.'),
  )
  await root.send(new TagPolicyCommand({ ...policy, Tags: [lower, upper] }))
  const { Tags } = await root.send(new ListPolicyTagsCommand(policy))
  assert.deepEqual(Tags, [upper, lower])
  await root.send(new UntagPolicyCommand({ ...policy, TagKeys: ['a'] }))
  const left = await root.send(new ListPolicyTagsCommand(policy))
  assert.deepEqual(left.Tags, [upper])
  await assert.rejects(root.send(new ListPolicyTagsCommand({ PolicyArn: none })), notFound(none))
})

test("AWS's own policies are there, and nobody's to change", async () => {
  for (const name of [
    ...['SecretsManagerReadWrite', 'service-role/AWSLambdaBasicExecutionRole'],
    ...['AmazonSSMReadOnlyAccess', 'AmazonSSMFullAccess', 'AdministratorAccess'],
    ...['ReadOnlyAccess', 'PowerUserAccess', 'IAMReadOnlyAccess', 'IAMFullAccess'],
    ...['AWSKeyManagementServicePowerUser', 'CloudWatchReadOnlyAccess'],
  ]) {
    const { Policy } = await root.send(new GetPolicyCommand({ PolicyArn: awsArn(name) }))
    assert.equal(Policy?.Arn, awsArn(name))
  }
  const policy = { PolicyArn: awsArn('AdministratorAccess') }
  const { PolicyVersion } = await root.send(
    new GetPolicyVersionCommand({ ...policy, VersionId: 'v1' }),
  )
  assert.deepEqual(read(PolicyVersion?.Document), JSON.parse(everything))
  const fixed = refusal('InvalidInputException', 'AWS managed policies cannot be changed.')
  await assert.rejects(root.send(new DeletePolicyCommand(policy)), fixed)
  await assert.rejects(
    root.send(new CreatePolicyVersionCommand({ ...policy, PolicyDocument })),
    fixed,
  )
  await assert.rejects(
    root.send(new TagPolicyCommand({ ...policy, Tags: [{ Key: 'k', Value: 'v' }] })),
    fixed,
  )
})

const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

test('ListPolicies: own, of AWS, in use, by path, page by page', async () => {
  const names = async (more: object) => {
    const { Policies = [] } = await root.send(new ListPoliciesCommand(more))
    return Policies.map(({ PolicyName }) => PolicyName)
  }
  assert.ok((await names({ Scope: 'Local' })).includes('tagged'))
  assert.ok(!(await names({ Scope: 'AWS' })).includes('tagged'))
  assert.deepEqual(await names({ Scope: 'AWS', PathPrefix: '/job-function/' }), ['ViewOnlyAccess'])
  await root.send(
    new AttachUserPolicyCommand({ UserName: 'zoe', PolicyArn: awsArn('ReadOnlyAccess') }),
  )
  assert.deepEqual(await names({ Scope: 'AWS', OnlyAttached: true }), ['ReadOnlyAccess'])
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsBoundary' }), [])

  const all = await names({ MaxItems: 1000 })
  const paged: (string | undefined)[] = []
  let Marker: string | undefined
  do {
    const page = await root.send(new ListPoliciesCommand({ MaxItems: 7, Marker }))
    paged.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName))
    Marker = page.Marker
  } while (Marker)
  assert.deepEqual(paged, all)
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
