/** The account as a whole: its name, its passwords' demands, what it has. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccountAliasCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteGroupCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  IAMClient,
  ListAccountAliasesCommand,
  PutRolePolicyCommand,
  UpdateAccountPasswordPolicyCommand,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { account, allowing, awsArn, lambdaTrust, read, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

const aliases = async () => (await root.send(new ListAccountAliasesCommand({}))).AccountAliases

test('the account has one alias', async () => {
  assert.deepEqual(await aliases(), [])
  const first = { AccountAlias: 'first-name' }
  await assert.rejects(
    root.send(new DeleteAccountAliasCommand(first)),
    refusal('NoSuchEntityException', 'The account alias first-name cannot be found.'),
  )
  await root.send(new CreateAccountAliasCommand(first))
  await assert.rejects(
    root.send(new CreateAccountAliasCommand(first)),
    refusal('EntityAlreadyExistsException', 'The account alias first-name already exists.'),
  )
  await root.send(new CreateAccountAliasCommand({ AccountAlias: 'second-name' }))
  assert.deepEqual(await aliases(), ['second-name'])
  await root.send(new DeleteAccountAliasCommand({ AccountAlias: 'second-name' }))
  await root.send(new CreateAccountAliasCommand(first))
  assert.deepEqual(await aliases(), ['first-name'], 'a name that was given up is free again')
})

test('the password policy: absent, defaults, all of it, gone', async () => {
  const noPolicy = refusal(
    'NoSuchEntityException',
    `The Password Policy with domain name ${account} cannot be found.`,
  )
  const get = async () => (await root.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy
  await assert.rejects(get(), noPolicy)
  await root.send(new UpdateAccountPasswordPolicyCommand({}))
  assert.deepEqual(await get(), {
    AllowUsersToChangePassword: false,
    ExpirePasswords: false,
    MinimumPasswordLength: 6,
    RequireLowercaseCharacters: false,
    RequireNumbers: false,
    RequireSymbols: false,
    RequireUppercaseCharacters: false,
  })
  const whole = {
    AllowUsersToChangePassword: true,
    HardExpiry: true,
    MaxPasswordAge: 60,
    MinimumPasswordLength: 10,
    PasswordReusePrevention: 3,
    RequireLowercaseCharacters: true,
    RequireNumbers: true,
    RequireSymbols: true,
    RequireUppercaseCharacters: true,
  }
  await root.send(new UpdateAccountPasswordPolicyCommand(whole))
  assert.deepEqual(await get(), { ...whole, ExpirePasswords: true })
  await root.send(new DeleteAccountPasswordPolicyCommand({}))
  await assert.rejects(get(), noPolicy)
  await assert.rejects(
    root.send(new DeleteAccountPasswordPolicyCommand({})),
    refusal(
      'NoSuchEntityException',
      'The account policy with name PasswordPolicy cannot be found.',
    ),
  )
})

test('GetAccountSummary counts what is there', async () => {
  await root.send(new CreateUserCommand({ UserName: 'ann', Tags: [{ Key: 'k', Value: 'v' }] }))
  await root.send(new CreateUserCommand({ UserName: 'ben' }))
  await root.send(new CreateGroupCommand({ GroupName: 'dev' }))
  await root.send(new CreateGroupCommand({ GroupName: 'gone' }))
  await root.send(new DeleteGroupCommand({ GroupName: 'gone' }))
  const { SummaryMap } = await root.send(new GetAccountSummaryCommand({}))
  assert.equal(SummaryMap?.Users, 2)
  assert.equal(SummaryMap?.Groups, 1)
  assert.equal(SummaryMap?.Roles, 0)
  assert.equal(SummaryMap?.AccountAccessKeysPresent, 1)
  assert.equal(SummaryMap?.AttachedPoliciesPerUserQuota, 10)
})

test('GetAccountAuthorizationDetails tells everything', async () => {
  const PolicyDocument = allowing('kms:Decrypt')
  await root.send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument }))
  await root.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument: lambdaTrust }))
  await root.send(new PutRolePolicyCommand({ RoleName: 'app', PolicyName: 'in', PolicyDocument }))
  await root.send(new AddUserToGroupCommand({ GroupName: 'dev', UserName: 'ann' }))
  const PolicyArn = awsArn('SecretsManagerReadWrite')
  await root.send(new AttachUserPolicyCommand({ UserName: 'ann', PolicyArn }))

  const all = await root.send(new GetAccountAuthorizationDetailsCommand({}))
  const [ann, ben] = all.UserDetailList ?? []
  assert.deepEqual(ann?.GroupList, ['dev'])
  assert.deepEqual(ann?.Tags, [{ Key: 'k', Value: 'v' }])
  assert.deepEqual(ann?.AttachedManagedPolicies, [
    { PolicyName: 'SecretsManagerReadWrite', PolicyArn },
  ])
  assert.equal(ben?.UserName, 'ben')
  assert.deepEqual(
    all.GroupDetailList?.map(({ GroupName }) => GroupName),
    ['dev'],
  )
  const [app] = all.RoleDetailList ?? []
  assert.deepEqual(read(app?.AssumeRolePolicyDocument), JSON.parse(lambdaTrust))
  assert.deepEqual(
    app?.RolePolicyList?.map((each) => [each.PolicyName, read(each.PolicyDocument)]),
    [['in', JSON.parse(PolicyDocument)]],
  )
  assert.deepEqual(
    all.Policies?.map(({ PolicyName }) => PolicyName),
    ['own', 'SecretsManagerReadWrite'],
  )
  const version = all.Policies?.[0]?.PolicyVersionList?.[0]
  assert.deepEqual(read(version?.Document), JSON.parse(PolicyDocument))
})

test('GetAccountAuthorizationDetails page by page, and by kind', async () => {
  const names: (string | undefined)[] = []
  let Marker: string | undefined
  do {
    const page = await root.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 2, Marker }))
    names.push(...(page.UserDetailList ?? []).map(({ UserName }) => UserName))
    names.push(...(page.GroupDetailList ?? []).map(({ GroupName }) => GroupName))
    names.push(...(page.RoleDetailList ?? []).map(({ RoleName }) => RoleName))
    names.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName))
    Marker = page.Marker
  } while (Marker)
  assert.deepEqual(names, ['ann', 'ben', 'dev', 'app', 'own', 'SecretsManagerReadWrite'])
  const roles = await root.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }))
  assert.equal(roles.RoleDetailList?.length, 1)
  assert.deepEqual(roles.UserDetailList, [])
  assert.deepEqual(roles.Policies, [])
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
