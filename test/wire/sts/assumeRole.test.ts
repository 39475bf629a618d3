import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { UpdateAssumeRolePolicyCommand, UpdateRoleCommand } from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts'
import type { Keys } from '../../house.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust, userArn } from './scene.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const ann = await scene.user('ann', everything)
const bob = await scene.user('bob')
await scene.role('Reader', trust({ AWS: account }))
await scene.role('ForBob', trust({ AWS: userArn('bob') }))
await scene.role(
  'Sesame',
  trust({ AWS: account }, { StringEquals: { 'sts:ExternalId': 'sesame' } }),
)

const assume = (keys: Keys, RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  scene.sts(keys).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }))

const denied = (name: string, role: string, action = 'sts:AssumeRole') => ({
  name: 'AccessDenied',
  message: `User: ${userArn(name)} is not authorized to perform: ${action} on resource: ${roleArn(role)}`,
})

test('who did not sign is refused', async () => {
  const wrong = { ...ann, secretAccessKey: 'x'.repeat(40) }
  await assert.rejects(assume(wrong, roleArn('Reader')), { name: 'SignatureDoesNotMatch' })
})

test('an ARN that is no role is refused', async () => {
  for (const arn of [userArn('ann'), 'not an ARN at all, this', 'arn:aws:iam::1:role/Reader']) {
    await assert.rejects(assume(ann, arn), {
      name: 'ValidationError',
      message: `${arn} is invalid`,
    })
  }
})

test('a duration or session name out of bounds is refused', async () => {
  const arn = roleArn('Reader')
  await assert.rejects(assume(ann, arn, { DurationSeconds: 899 }), { name: 'ValidationError' })
  await assert.rejects(assume(ann, arn, { RoleSessionName: 'a b' }), { name: 'ValidationError' })
})

test('a duration beyond the role’s own maximum is refused', async () => {
  await assert.rejects(assume(ann, roleArn('Reader'), { DurationSeconds: 3601 }), {
    name: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  })
  await scene.iam.send(new UpdateRoleCommand({ RoleName: 'Reader', MaxSessionDuration: 7200 }))
  const before = Date.now()
  const { Credentials } = await assume(ann, roleArn('Reader'), { DurationSeconds: 7200 })
  const seconds = (Number(Credentials?.Expiration) - before) / 1000
  assert.ok(seconds > 7195 && seconds < 7205, String(seconds))
})

test('MFA and trusted contexts are refused, not taken and ignored', async () => {
  const mfa = { SerialNumber: `arn:aws:iam::${account}:mfa/ann`, TokenCode: '123456' }
  await assert.rejects(assume(ann, roleArn('Reader'), mfa), {
    name: 'AccessDenied',
    message: /^MultiFactorAuthentication failed/,
  })
  const ProvidedContexts = [
    { ProviderArn: 'arn:aws:iam::aws:contextProvider/x', ContextAssertion: 'four' },
  ]
  await assert.rejects(assume(ann, roleArn('Reader'), { ProvidedContexts }), {
    name: 'ValidationError',
    message: 'ProvidedContexts is not supported here.',
  })
})

test('root assumes no role', async () => {
  await assert.rejects(assume(scene.house.root, roleArn('Reader')), {
    name: 'AccessDenied',
    message: 'Roles may not be assumed by root accounts.',
  })
})

test('a role that leaves it to the account needs a policy of the caller’s own', async () => {
  await assert.rejects(assume(bob, roleArn('Reader')), denied('bob', 'Reader'))
})

test('a role that does not trust the caller refuses even an administrator', async () => {
  await assert.rejects(assume(ann, roleArn('ForBob')), denied('ann', 'ForBob'))
})

test('a role that is not there is refused in the same words', async () => {
  await assert.rejects(assume(ann, roleArn('Nobody')), denied('ann', 'Nobody'))
  await assert.rejects(assume(ann, roleArn('path/Reader')), denied('ann', 'path/Reader'))
  const abroad = 'arn:aws:iam::999999999999:role/Reader'
  await assert.rejects(assume(ann, abroad), {
    name: 'AccessDenied',
    message: `User: ${userArn('ann')} is not authorized to perform: sts:AssumeRole on resource: ${abroad}`,
  })
})

test('an external id must be the one that the trust policy asks for', async () => {
  await assert.rejects(assume(ann, roleArn('Sesame')), denied('ann', 'Sesame'))
  await assert.rejects(
    assume(ann, roleArn('Sesame'), { ExternalId: 'other' }),
    denied('ann', 'Sesame'),
  )
  await assume(ann, roleArn('Sesame'), { ExternalId: 'sesame' })
})

test('a role session is somebody: its ARN, its id, the account', async () => {
  const answer = await assume(ann, roleArn('Reader'))
  assert.match(answer.Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/)
  assert.equal(answer.PackedPolicySize, undefined)
  assert.equal(answer.SourceIdentity, undefined)
  const arn = `arn:aws:sts::${account}:assumed-role/Reader/session`
  assert.equal(answer.AssumedRoleUser?.Arn, arn)
  assert.match(answer.AssumedRoleUser?.AssumedRoleId ?? '', /^AROA[A-Z2-7]{17}:session$/)
  const identity = await scene.sts(keysOf(answer)).send(new GetCallerIdentityCommand({}))
  assert.equal(identity.Arn, arn)
  assert.equal(identity.UserId, answer.AssumedRoleUser?.AssumedRoleId)
  assert.equal(identity.Account, account)
})

test('a user whom the trust policy names needs no policy of its own', async () => {
  await assume(bob, roleArn('ForBob'))
})

test('twice gives two sessions', async () => {
  const [one, two] = [await assume(bob, roleArn('ForBob')), await assume(bob, roleArn('ForBob'))]
  assert.notEqual(one.Credentials?.AccessKeyId, two.Credentials?.AccessKeyId)
  assert.notEqual(one.Credentials?.SecretAccessKey, two.Credentials?.SecretAccessKey)
})

test('a trust policy that changed counts from the very next request', async () => {
  await scene.role('Fickle', trust({ AWS: userArn('bob') }))
  await assume(bob, roleArn('Fickle'))
  await scene.iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: 'Fickle',
      PolicyDocument: trust({ AWS: userArn('ann') }),
    }),
  )
  await assert.rejects(assume(bob, roleArn('Fickle')), denied('bob', 'Fickle'))
})

test('an explicit deny in the caller’s own policy refuses', async () => {
  const document = policy({ Effect: 'Deny', Action: 'sts:*', Resource: roleArn('ForEve') })
  const eve = await scene.user('eve', document)
  await scene.role('ForEve', trust({ AWS: userArn('eve') }))
  await assert.rejects(assume(eve, roleArn('ForEve')), denied('eve', 'ForEve'))
})

test('conditions see the session name that is asked for', async () => {
  const own = { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } }
  await scene.role('Named', trust({ AWS: userArn('bob') }, own))
  await assert.rejects(assume(bob, roleArn('Named')), denied('bob', 'Named'))
  await assume(bob, roleArn('Named'), { RoleSessionName: 'bob' })
})

test('a role assumed by a role lasts an hour at most', async () => {
  await scene.role('First', trust({ AWS: userArn('bob') }), everything)
  await scene.role('Second', trust({ AWS: roleArn('First') }))
  const first = keysOf(await assume(bob, roleArn('First')))
  await scene.iam.send(new UpdateRoleCommand({ RoleName: 'Second', MaxSessionDuration: 43200 }))
  await assert.rejects(assume(first, roleArn('Second'), { DurationSeconds: 3601 }), {
    name: 'ValidationError',
    message:
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  })
  await assume(first, roleArn('Second'), { DurationSeconds: 3600 })
  await assert.rejects(assume(bob, roleArn('Second')), denied('bob', 'Second'))
})
