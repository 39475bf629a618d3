/** What policies would say: the simulator against what then happens. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { account, allowing, arn, awsArn, denying, document, lambdaTrust, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

const action = 'secretsmanager:GetSecretValue'
const secret = `arn:aws:secretsmanager:us-east-1:${account}:secret:db-abcdef`
const custom = async (input: Partial<SimulateCustomPolicyCommandInput>) => {
  const whole = { PolicyInputList: [allowing(action)], ActionNames: [action], ...input }
  return root.send(new SimulateCustomPolicyCommand(whole))
}
const principal = async (input: Partial<SimulatePrincipalPolicyCommandInput>) => {
  const whole = { PolicySourceArn: arn('user/ann'), ActionNames: [action], ...input }
  return root.send(new SimulatePrincipalPolicyCommand(whole))
}
type Answer = Awaited<ReturnType<typeof custom>>
const decisions = ({ EvaluationResults }: Answer) =>
  EvaluationResults?.map(({ EvalDecision }) => EvalDecision)
const matched = ({ EvaluationResults }: Answer) =>
  EvaluationResults?.[0]?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)

test('an Allow, a Deny and neither, with the statement that decided and its place', async () => {
  const PolicyInputList = [
    '{"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}',
    denying('kms:*'),
  ]
  const ActionNames = ['s3:PutObject', 'kms:Decrypt', 'sts:AssumeRole']
  const answer = await custom({ PolicyInputList, ActionNames })
  assert.deepEqual(decisions(answer), ['allowed', 'explicitDeny', 'implicitDeny'])
  const [first, second, third] = answer.EvaluationResults ?? []
  assert.deepEqual(first?.MatchedStatements, [
    {
      SourcePolicyId: 'PolicyInputList.1',
      SourcePolicyType: 'IAM Policy',
      StartPosition: { Line: 1, Column: 41 },
      EndPosition: { Line: 1, Column: 113 },
    },
  ])
  assert.equal(first?.EvalResourceName, '*')
  assert.equal(second?.MatchedStatements?.[0]?.SourcePolicyId, 'PolicyInputList.2')
  assert.deepEqual(third?.MatchedStatements, [])
  assert.equal(answer.IsTruncated, false)
})

test('each action on each resource, page by page', async () => {
  const PolicyInputList = [document({ Effect: 'Allow', Action: action, Resource: secret })]
  const ResourceArns = [secret, `${secret}x`]
  const all = await custom({ PolicyInputList, ResourceArns })
  assert.deepEqual(
    all.EvaluationResults?.map(({ EvalResourceName, EvalDecision }) => [
      EvalResourceName,
      EvalDecision,
    ]),
    [
      [secret, 'allowed'],
      [`${secret}x`, 'implicitDeny'],
    ],
  )
  const first = await custom({ PolicyInputList, ResourceArns, MaxItems: 1 })
  assert.deepEqual([decisions(first), first.IsTruncated], [['allowed'], true])
  const { Marker } = first
  const second = await custom({ PolicyInputList, ResourceArns, MaxItems: 1, Marker })
  assert.deepEqual([decisions(second), second.IsTruncated], [['implicitDeny'], false])
})

test('context that was not given is missing, and decides nothing', async () => {
  const PolicyInputList = [
    document({
      Effect: 'Allow',
      Action: action,
      Resource: 'arn:aws:secretsmanager:*:*:secret:${aws:username}-*',
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    }),
  ]
  const ResourceArns = [secret]
  const without = await custom({ PolicyInputList, ResourceArns })
  assert.deepEqual(decisions(without), ['implicitDeny'])
  assert.deepEqual(without.EvaluationResults?.[0]?.MissingContextValues, [
    'aws:SourceIp',
    'aws:username',
  ])
  const ContextEntries = [
    { ContextKeyName: 'aws:sourceip', ContextKeyType: 'ip', ContextKeyValues: ['10.1.2.3'] },
    { ContextKeyName: 'aws:username', ContextKeyType: 'string', ContextKeyValues: ['db'] },
  ] as const
  const given = await custom({
    PolicyInputList,
    ResourceArns,
    ContextEntries: ContextEntries.map((each) => ({
      ...each,
      ContextKeyValues: [...each.ContextKeyValues],
    })),
  })
  assert.deepEqual(decisions(given), ['allowed'])
  assert.deepEqual(given.EvaluationResults?.[0]?.MissingContextValues, [])
})

test('a boundary, a resource policy, another account', async () => {
  const bounded = await custom({ PermissionsBoundaryPolicyInputList: [allowing('kms:*')] })
  assert.deepEqual(decisions(bounded), ['implicitDeny'])
  assert.deepEqual(bounded.EvaluationResults?.[0]?.PermissionsBoundaryDecisionDetail, {
    AllowedByPermissionsBoundary: false,
  })
  const ResourcePolicy = document({
    Effect: 'Allow',
    Principal: { AWS: arn('user/ann') },
    Action: action,
    Resource: '*',
  })
  await assert.rejects(
    custom({ ResourcePolicy }),
    refusal('InvalidInputException', 'CallerArn is required with a ResourcePolicy.'),
  )
  const CallerArn = arn('user/ann')
  const PolicyInputList = [allowing('kms:*')]
  const ResourceArns = [secret]
  const named = await custom({ PolicyInputList, ResourcePolicy, CallerArn, ResourceArns })
  assert.deepEqual([decisions(named), matched(named)], [['allowed'], ['ResourcePolicy.1']])
  const ResourceOwner = 'arn:aws:iam::111122223333:root'
  const abroad = await custom({ PolicyInputList, ResourcePolicy, CallerArn, ResourceOwner })
  assert.deepEqual(decisions(abroad), ['implicitDeny'], 'both sides must allow')
  await assert.rejects(
    custom({ CallerArn: arn('role/some-role') }),
    refusal('InvalidInputException', 'CallerArn must be the ARN of an IAM user.'),
  )
})

test('a key without its policy is taken to leave the matter to IAM', async () => {
  const ActionNames = ['kms:Decrypt']
  const ResourceArns = [`arn:aws:kms:us-east-1:${account}:key/k`]
  const PolicyInputList = [allowing('kms:Decrypt')]
  const answer = await custom({ PolicyInputList, ActionNames, ResourceArns })
  assert.deepEqual([decisions(answer), matched(answer)], [['allowed'], ['PolicyInputList.1']])
})

test('malformed policies and too many questions', async () => {
  await assert.rejects(
    custom({ PolicyInputList: ['{'] }),
    refusal('InvalidInputException', 'PolicyInputList.1: This policy contains invalid Json'),
  )
  const ResourceArns = Array.from({ length: 1001 }, (_, at) => `${secret}${at}`)
  await assert.rejects(
    custom({ ResourceArns }),
    refusal('InvalidInputException', 'At most 1000 simulations can be asked for at once.'),
  )
})

test('SimulatePrincipalPolicy: no identity, absent', async () => {
  const PolicySourceArn = `arn:aws:sts::${account}:assumed-role/app/session`
  await assert.rejects(
    principal({ PolicySourceArn }),
    refusal(
      'InvalidInputException',
      `Invalid Entity Arn: ${PolicySourceArn} does not clearly define entity type and name.`,
    ),
  )
  await assert.rejects(
    principal({}),
    refusal('NoSuchEntityException', 'The user with name ann cannot be found.'),
  )
})

test('SimulatePrincipalPolicy: a user with its groups, its variables and further policies', async () => {
  await root.send(new CreateUserCommand({ UserName: 'ann' }))
  await root.send(new CreateGroupCommand({ GroupName: 'dev' }))
  await root.send(new AddUserToGroupCommand({ GroupName: 'dev', UserName: 'ann' }))
  const PolicyDocument = document({
    Effect: 'Allow',
    Action: action,
    Resource: `arn:aws:secretsmanager:*:*:secret:\${aws:username}/*`,
  })
  const policy = { GroupName: 'dev', PolicyName: 'own', PolicyDocument }
  await root.send(new PutGroupPolicyCommand(policy))
  const ResourceArns = [secret.replace('db-', 'ann/db-'), secret]
  const answer = await principal({ ResourceArns })
  assert.deepEqual(decisions(answer), ['allowed', 'implicitDeny'])
  assert.deepEqual(matched(answer), ['group_dev_own'])
  const barred = await principal({ ResourceArns, PolicyInputList: [denying(action)] })
  assert.deepEqual(decisions(barred), ['explicitDeny', 'explicitDeny'])
})

test('SimulatePrincipalPolicy: a boundary in force, a role, a group', async () => {
  await root.send(
    new PutUserPolicyCommand({
      UserName: 'ann',
      PolicyName: 'all',
      PolicyDocument: allowing('*'),
    }),
  )
  assert.deepEqual(decisions(await principal({})), ['allowed'])
  const PermissionsBoundary = awsArn('IAMReadOnlyAccess')
  await root.send(new PutUserPermissionsBoundaryCommand({ UserName: 'ann', PermissionsBoundary }))
  assert.deepEqual(decisions(await principal({})), ['implicitDeny'])

  await root.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument: lambdaTrust }))
  const PolicyDocument = allowing(action)
  await root.send(new PutRolePolicyCommand({ RoleName: 'app', PolicyName: 'p', PolicyDocument }))
  const role = await principal({ PolicySourceArn: arn('role/app') })
  assert.deepEqual([decisions(role), matched(role)], [['allowed'], ['role_app_p']])
  const group = await principal({
    PolicySourceArn: arn('group/dev'),
    ResourceArns: [secret.replace('db-', 'ann/db-')],
  })
  assert.deepEqual(decisions(group), ['implicitDeny'], 'nobody in particular has no name')
})

test('GetContextKeysFor… names what policies ask for', async () => {
  const PolicyInputList = [
    document({
      Effect: 'Allow',
      Action: '*',
      Resource: "arn:aws:s3:::${aws:username}${*}/${aws:PrincipalTag/team, 'none'}",
      Condition: {
        StringEquals: { 'aws:RequestTag/Env': 'a', 'AWS:requesttag/env': 'b' },
        Bool: { 'aws:SecureTransport': 'true' },
      },
    }),
  ]
  const own = await root.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }))
  assert.deepEqual(own.ContextKeyNames, [
    'aws:PrincipalTag/team',
    'aws:RequestTag/Env',
    'aws:SecureTransport',
    'aws:username',
  ])
  const PolicySourceArn = arn('user/ann')
  const held = await root.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn }))
  assert.deepEqual(held.ContextKeyNames, ['aws:username'])
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
