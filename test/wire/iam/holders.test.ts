/** Policies of users, groups and roles: in line and attached, the same for all three. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as sdk from '@aws-sdk/client-iam'
import { IAMClient } from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import {
  allowing,
  arn,
  awsArn,
  denied,
  document,
  lambdaTrust,
  newcomer,
  policyOfChars,
  read,
  refusal,
} from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
  await root.send(new sdk.CreateUserCommand({ UserName: 'x' }))
  await root.send(new sdk.CreateGroupCommand({ GroupName: 'x' }))
  await root.send(
    new sdk.CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: lambdaTrust }),
  )
})
after(() => house[Symbol.asyncDispose]())

interface Inline {
  readonly PolicyName: string
}
interface Put extends Inline {
  readonly PolicyDocument: string
}

const user = {
  kind: 'user',
  quota: 'PoliciesPerUser',
  charsMax: 2048,
  remove: () => root.send(new sdk.DeleteUserCommand({ UserName: 'x' })),
  put: (policy: Put) => root.send(new sdk.PutUserPolicyCommand({ UserName: 'x', ...policy })),
  get: (policy: Inline) => root.send(new sdk.GetUserPolicyCommand({ UserName: 'x', ...policy })),
  take: (policy: Inline) =>
    root.send(new sdk.DeleteUserPolicyCommand({ UserName: 'x', ...policy })),
  names: (MaxItems: number, Marker?: string) =>
    root.send(new sdk.ListUserPoliciesCommand({ UserName: 'x', MaxItems, Marker })),
  attach: (PolicyArn: string) =>
    root.send(new sdk.AttachUserPolicyCommand({ UserName: 'x', PolicyArn })),
  detach: (PolicyArn: string) =>
    root.send(new sdk.DetachUserPolicyCommand({ UserName: 'x', PolicyArn })),
  attached: (PathPrefix: string) =>
    root.send(new sdk.ListAttachedUserPoliciesCommand({ UserName: 'x', PathPrefix })),
  lost: () => root.send(new sdk.ListAttachedUserPoliciesCommand({ UserName: 'none' })),
}

const group = {
  kind: 'group',
  quota: 'PoliciesPerGroup',
  charsMax: 5120,
  remove: () => root.send(new sdk.DeleteGroupCommand({ GroupName: 'x' })),
  put: (policy: Put) => root.send(new sdk.PutGroupPolicyCommand({ GroupName: 'x', ...policy })),
  get: (policy: Inline) => root.send(new sdk.GetGroupPolicyCommand({ GroupName: 'x', ...policy })),
  take: (policy: Inline) =>
    root.send(new sdk.DeleteGroupPolicyCommand({ GroupName: 'x', ...policy })),
  names: (MaxItems: number, Marker?: string) =>
    root.send(new sdk.ListGroupPoliciesCommand({ GroupName: 'x', MaxItems, Marker })),
  attach: (PolicyArn: string) =>
    root.send(new sdk.AttachGroupPolicyCommand({ GroupName: 'x', PolicyArn })),
  detach: (PolicyArn: string) =>
    root.send(new sdk.DetachGroupPolicyCommand({ GroupName: 'x', PolicyArn })),
  attached: (PathPrefix: string) =>
    root.send(new sdk.ListAttachedGroupPoliciesCommand({ GroupName: 'x', PathPrefix })),
  lost: () => root.send(new sdk.ListAttachedGroupPoliciesCommand({ GroupName: 'none' })),
}

const role = {
  kind: 'role',
  quota: 'PoliciesPerRole',
  charsMax: 10_240,
  remove: () => root.send(new sdk.DeleteRoleCommand({ RoleName: 'x' })),
  put: (policy: Put) => root.send(new sdk.PutRolePolicyCommand({ RoleName: 'x', ...policy })),
  get: (policy: Inline) => root.send(new sdk.GetRolePolicyCommand({ RoleName: 'x', ...policy })),
  take: (policy: Inline) =>
    root.send(new sdk.DeleteRolePolicyCommand({ RoleName: 'x', ...policy })),
  names: (MaxItems: number, Marker?: string) =>
    root.send(new sdk.ListRolePoliciesCommand({ RoleName: 'x', MaxItems, Marker })),
  attach: (PolicyArn: string) =>
    root.send(new sdk.AttachRolePolicyCommand({ RoleName: 'x', PolicyArn })),
  detach: (PolicyArn: string) =>
    root.send(new sdk.DetachRolePolicyCommand({ RoleName: 'x', PolicyArn })),
  attached: (PathPrefix: string) =>
    root.send(new sdk.ListAttachedRolePoliciesCommand({ RoleName: 'x', PathPrefix })),
  lost: () => root.send(new sdk.ListAttachedRolePoliciesCommand({ RoleName: 'none' })),
}

for (const holder of [user, group, role]) {
  const { kind, quota, charsMax } = holder
  const noInline = (name: string) =>
    refusal('NoSuchEntityException', `The ${kind} policy with name ${name} cannot be found.`)

  describe(`policies of a ${kind}`, () => {
    test('an inline policy is refused when malformed', async () => {
      await assert.rejects(
        holder.put({ PolicyName: 'p', PolicyDocument: '{"Statement":' }),
        refusal('MalformedPolicyDocumentException', 'This policy contains invalid Json'),
      )
    })

    test('an inline policy is put, shown, replaced, taken away, taken away twice', async () => {
      await assert.rejects(holder.get({ PolicyName: 'p' }), noInline('p'))
      await holder.put({ PolicyName: 'p', PolicyDocument: allowing('iam:*') })
      await holder.put({ PolicyName: 'p', PolicyDocument: allowing('kms:*') })
      const shown = await holder.get({ PolicyName: 'p' })
      assert.deepEqual(read(shown.PolicyDocument), JSON.parse(allowing('kms:*')))
      await holder.take({ PolicyName: 'p' })
      await assert.rejects(holder.take({ PolicyName: 'p' }), noInline('p'))
    })

    test('inline policies together have a limit, white space not counted', async () => {
      const blank = ' '.repeat(100)
      await holder.put({ PolicyName: 'p', PolicyDocument: policyOfChars(charsMax - 100) + blank })
      await assert.rejects(
        holder.put({ PolicyName: 'q', PolicyDocument: policyOfChars(101) }),
        refusal(
          'LimitExceededException',
          `Maximum policy size of ${charsMax} bytes exceeded for ${kind} x`,
        ),
      )
      await holder.put({ PolicyName: 'q', PolicyDocument: policyOfChars(100) })
    })

    test('names of inline policies come page by page', async () => {
      const first = await holder.names(1)
      assert.deepEqual([first.PolicyNames, first.IsTruncated], [['p'], true])
      const second = await holder.names(1, first.Marker)
      assert.deepEqual([second.PolicyNames, second.IsTruncated], [['q'], false])
    })

    test('it is not deleted with inline policies', async () => {
      await assert.rejects(
        holder.remove(),
        refusal('DeleteConflictException', 'Cannot delete entity, must delete policies first.'),
      )
    })

    test('attaching: no ARN, absent, absent from AWS', async () => {
      await assert.rejects(
        holder.attach('longpolicynamebutnoarn'),
        refusal('ValidationError', 'ARN longpolicynamebutnoarn is not valid.'),
      )
      await assert.rejects(
        holder.attach(arn('policy/none')),
        refusal(
          'NoSuchEntityException',
          `Policy ${arn('policy/none')} does not exist or is not attachable.`,
        ),
      )
    })

    test('a managed policy is attached, attached twice, listed by path, detached', async () => {
      const basic = awsArn('service-role/AWSLambdaBasicExecutionRole')
      await holder.attach(basic)
      await holder.attach(basic)
      await holder.attach(awsArn('SecretsManagerReadWrite'))
      const { AttachedPolicies } = await holder.attached('/service-role/')
      assert.deepEqual(AttachedPolicies, [
        { PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn: basic },
      ])
      await holder.detach(basic)
      const left = await holder.attached('/')
      assert.deepEqual(
        left.AttachedPolicies?.map(({ PolicyName }) => PolicyName),
        ['SecretsManagerReadWrite'],
      )
      await assert.rejects(
        holder.detach(basic),
        refusal('NoSuchEntityException', `Policy ${basic} was not found.`),
      )
    })

    test('ten managed policies are enough', async () => {
      for (let at = 1; at <= 9; at++) {
        const PolicyName = `${kind}-${at}`
        const PolicyDocument = allowing('kms:*')
        await root.send(new sdk.CreatePolicyCommand({ PolicyName, PolicyDocument }))
        await holder.attach(arn(`policy/${PolicyName}`))
      }
      await assert.rejects(
        holder.attach(awsArn('ReadOnlyAccess')),
        refusal('LimitExceededException', `Cannot exceed quota for ${quota}: 10`),
      )
    })

    test('absent', async () => {
      await assert.rejects(
        holder.lost(),
        refusal('NoSuchEntityException', `The ${kind} with name none cannot be found.`),
      )
    })
  })
}

test('iam:PolicyARN limits what may be attached', async () => {
  const giver = await newcomer(house, 'giver')
  await root.send(new sdk.CreateUserCommand({ UserName: 'y' }))
  const PolicyDocument = document({
    Effect: 'Allow',
    Action: ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
    Resource: '*',
    Condition: { ArnLike: { 'iam:PolicyARN': awsArn('*ReadOnly*') } },
  })
  const policy = { UserName: 'giver', PolicyName: 'p', PolicyDocument }
  await root.send(new sdk.PutUserPolicyCommand(policy))
  const attach = (name: string) =>
    giver.send(new sdk.AttachUserPolicyCommand({ UserName: 'y', PolicyArn: awsArn(name) }))
  await attach('ReadOnlyAccess')
  await assert.rejects(
    attach('AdministratorAccess'),
    denied('giver', 'iam:AttachUserPolicy', arn('user/y')),
  )
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
