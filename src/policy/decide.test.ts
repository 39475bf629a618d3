import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  account,
  action,
  alice,
  allowAll,
  app,
  ask,
  federated,
  granting,
  key,
  outcome,
  policy,
  role,
  root,
  rotation,
  secret,
  stranger,
} from './cast.test.ts'
import { decide } from './decide.ts'
import { explain } from './explain.ts'
import type { Principal } from './principal.ts'
import { denialWords } from './words.ts'

test('an account that a policy names must grant by its own policies', () => {
  const resourcePolicy = granting(account)
  assert.equal(outcome({ resourcePolicy }), 'implicitDeny')
  assert.equal(outcome({ resourcePolicy, identity: [allowAll] }), 'allow')
})

test('unique ids stand for users and roles', () => {
  assert.equal(outcome({ resourcePolicy: granting('AIDAALICE') }), 'allow')
  assert.equal(outcome({ principal: app, resourcePolicy: granting('AROAAPP') }), 'allow')
  assert.equal(outcome({ principal: app, resourcePolicy: granting('AROAAP') }), 'implicitDeny')
})

test('a grant to the role is within boundary and session policy, one to the session is not', () => {
  const limits = { boundary: policy('boundary', { Action: 's3:*' }) }
  assert.equal(
    outcome({ principal: app, resourcePolicy: granting(role), ...limits }),
    'implicitDeny',
  )
  assert.equal(outcome({ principal: app, resourcePolicy: granting(app.arn), ...limits }), 'allow')
  assert.deepEqual(decide(ask({ principal: app, resourcePolicy: granting(role), ...limits })), {
    outcome: 'implicitDeny',
    missing: 'boundary',
  })
})

test('the strongest of several grants counts, in any order', () => {
  const byRole = { Principal: { AWS: role } }
  const byAccount = { Principal: { AWS: account } }
  const rolesFirst = policy('resource', byRole, byAccount)
  const accountFirst = policy('resource', byAccount, byRole)
  assert.equal(outcome({ principal: app, resourcePolicy: rolesFirst }), 'allow')
  assert.equal(outcome({ principal: app, resourcePolicy: accountFirst }), 'allow')
})

test('NotPrincipal spares from a Deny only whom it lists by all names', () => {
  const denied = (principal: Principal, NotPrincipal: unknown): boolean => {
    const resourcePolicy = policy('resource', { Effect: 'Deny', NotPrincipal })
    return outcome({ principal, resourcePolicy, identity: [allowAll] }) === 'explicitDeny'
  }
  assert.equal(denied(alice, { AWS: [alice.arn, account] }), false)
  assert.equal(denied(alice, { AWS: [alice.arn] }), true)
  assert.equal(denied(app, { AWS: [app.arn, role, account] }), false)
  assert.equal(denied(app, { AWS: [app.arn, account] }), true)
  assert.equal(denied(app, { AWS: [role, account] }), true)
  assert.equal(denied(root, { AWS: account }), false)
  assert.equal(denied(root, { AWS: stranger }), true)
  assert.equal(denied(rotation, { Service: rotation.service }), false)
  assert.equal(denied(rotation, { AWS: '*' }), true)
  assert.equal(denied(alice, '*'), false)
})

test('an Allow with NotPrincipal, should one be stored, is for everybody else but services', () => {
  const allowed = (principal: Principal, AWS: unknown): boolean =>
    outcome({ principal, resourcePolicy: policy('resource', { NotPrincipal: { AWS } }) }) ===
    'allow'
  assert.equal(allowed(alice, role), true)
  assert.equal(allowed(alice, account), false)
  assert.equal(allowed(rotation, role), false)
  assert.equal(allowed(alice, 'arn:aws:iam::*:user/x'), false)
})

test('a federated user has what its session policy and the federating user both allow', () => {
  const session = [policy('session', {})]
  assert.equal(outcome({ principal: federated, identity: [allowAll] }), 'implicitDeny')
  assert.equal(outcome({ principal: federated, identity: [allowAll], session }), 'allow')
  assert.equal(outcome({ principal: federated, session }), 'implicitDeny')
  assert.equal(outcome({ principal: federated, resourcePolicy: granting(federated.arn) }), 'allow')
  const byUser = granting(alice.arn)
  assert.equal(outcome({ principal: federated, resourcePolicy: byUser }), 'implicitDeny')
  assert.equal(outcome({ principal: federated, resourcePolicy: byUser, session }), 'allow')
})

test('the root user is allowed by default, but not to use keys, nor in another account', () => {
  assert.equal(outcome({ principal: root }), 'allow')
  const decrypt = { action: 'kms:Decrypt', resource: key }
  assert.equal(outcome({ principal: root, ...decrypt }), 'implicitDeny')
  const foreign = { principal: root, resourceAccount: stranger }
  assert.equal(outcome(foreign), 'implicitDeny')
  assert.equal(outcome({ ...foreign, resourcePolicy: granting(account) }), 'allow')
})

test('a key or a role without a word in its policy trusts no identity policy', () => {
  const identity = [allowAll]
  assert.equal(outcome({ identity, action: 'kms:Decrypt', resource: key }), 'implicitDeny')
  assert.equal(outcome({ identity, action: 'sts:AssumeRole', resource: role }), 'implicitDeny')
  assert.equal(outcome({ identity, action: 'kms:ListKeys', resource: '*' }), 'allow')
  const trust = policy('trust', { Principal: { AWS: account } })
  const assume = { action: 'sts:AssumeRole', resource: role, resourcePolicy: trust }
  assert.equal(outcome({ identity, ...assume }), 'allow')
  assert.equal(outcome({ ...assume }), 'implicitDeny')
})

test('a KMS grant stands for a key policy that names the caller', () => {
  const decrypt = { action: 'kms:Decrypt', resource: key, grantAllows: true }
  assert.equal(outcome(decrypt), 'allow')
  const denied = policy('key', { Effect: 'Deny', Principal: '*' })
  assert.equal(outcome({ ...decrypt, resourcePolicy: denied }), 'explicitDeny')
  assert.equal(outcome({ ...decrypt, resourceAccount: stranger }), 'implicitDeny')
})

test('a service needs its name: a star does not grant to it, but denies it', () => {
  const named = policy('resource', { Principal: { Service: rotation.service } })
  const star = policy('resource', { Principal: '*' })
  const denied = policy('resource', { Principal: '*', Effect: 'Deny' })
  assert.equal(outcome({ principal: rotation, resourcePolicy: named }), 'allow')
  assert.equal(outcome({ principal: rotation, resourcePolicy: star }), 'implicitDeny')
  assert.equal(outcome({ principal: rotation, resourcePolicy: denied }), 'explicitDeny')
  assert.equal(outcome({ principal: rotation, identity: [allowAll] }), 'implicitDeny')
  const services = policy('resource', { Principal: { Service: '*' } })
  assert.equal(outcome({ principal: rotation, resourcePolicy: services }), 'allow')
  assert.equal(outcome({ resourcePolicy: services }), 'implicitDeny')
})

test('an identity provider needs its name in the trust policy', () => {
  const provider = `arn:aws:iam::${account}:oidc-provider/token.example.com`
  const principal: Principal = { kind: 'provider', provider }
  const assume = { principal, action: 'sts:AssumeRoleWithWebIdentity', resource: role }
  const trust = policy('trust', { Principal: { Federated: provider } })
  assert.equal(outcome({ ...assume, resourcePolicy: trust }), 'allow')
  const other = policy('trust', { Principal: { Federated: `${provider}.evil` } })
  assert.equal(outcome({ ...assume, resourcePolicy: other }), 'implicitDeny')
  const star = policy('trust', { Principal: '*' })
  assert.equal(outcome({ ...assume, resourcePolicy: star }), 'implicitDeny')
})

test('partitions do not trust each other, whatever a policy says', () => {
  const chinese = { ...alice, arn: `arn:aws-cn:iam::${account}:user/alice` }
  const resourcePolicy = policy('resource', { Principal: '*' })
  assert.equal(
    outcome({ principal: chinese, resourcePolicy, identity: [allowAll] }),
    'implicitDeny',
  )
  const byRoot = granting(`arn:aws-cn:iam::${account}:root`)
  const denied = policy('resource', {
    Effect: 'Deny',
    Principal: { AWS: `arn:aws-cn:iam::${account}:root` },
  })
  assert.equal(
    outcome({ resourcePolicy: byRoot, resourceAccount: stranger, identity: [allowAll] }),
    'implicitDeny',
  )
  assert.equal(outcome({ resourcePolicy: denied, identity: [allowAll] }), 'allow')
})

test('an endpoint policy must allow too, and its Deny wins', () => {
  const endpoint = policy('endpoint', { Principal: { AWS: account } })
  const identity = [allowAll]
  assert.equal(outcome({ endpoint, identity }), 'allow')
  assert.equal(outcome({ endpoint }), 'implicitDeny')
  const other = policy('endpoint', { Principal: { AWS: stranger } })
  assert.deepEqual(decide(ask({ endpoint: other, identity })), {
    outcome: 'implicitDeny',
    missing: 'endpoint',
  })
  const deny = policy('endpoint', { Principal: '*' }, { Principal: '*', Effect: 'Deny' })
  assert.equal(outcome({ endpoint: deny, identity }), 'explicitDeny')
})

test('a Deny whose principal or operator cannot be read applies, an Allow does not', () => {
  const unreadable = { Principal: { AWS: 'arn:aws:iam::*:user/x' } }
  const identity = [allowAll]
  const denied = policy('resource', { Effect: 'Deny', ...unreadable })
  assert.equal(outcome({ identity, resourcePolicy: denied }), 'explicitDeny')
  assert.equal(outcome({ resourcePolicy: policy('resource', unreadable) }), 'implicitDeny')
  const Condition = { StringMatches: { 'aws:username': 'nobody' } }
  const strange = policy('identity', { Effect: 'Deny', Condition })
  assert.equal(outcome({ identity: [allowAll, strange] }), 'explicitDeny')
  assert.equal(outcome({ identity: [policy('identity', { Condition })] }), 'implicitDeny')
})

test('policies that cost too much are a refusal', () => {
  const Resource = `${secret.slice(0, -13)}*${'a'.repeat(300)}b`
  const costly = policy('identity', ...Array.from({ length: 50 }, () => ({ Resource })))
  const resource = `${secret.slice(0, -13)}${'a'.repeat(2_000)}`
  const question = ask({ identity: [costly, allowAll], resource })
  const decision = decide(question)
  assert.deepEqual(decision, { outcome: 'implicitDeny', missing: 'budget' })
  assert.equal(
    denialWords(question, { outcome: 'implicitDeny', missing: 'budget' }, 'x'),
    `User: ${alice.arn} is not authorized to perform: ${action} on resource: x because the policies take too long to evaluate`,
  )
  assert.deepEqual(explain(question).statements[40]?.misses, [{ part: 'budget' }])
})

test('a value with a colon cannot push a wildcard into another field', () => {
  const principal = { ...alice, tags: { place: `eu-west-1:${account}` } }
  const Resource = `arn:aws:secretsmanager:\${aws:PrincipalTag/place}:*:secret:*`
  assert.equal(outcome({ principal, identity: [policy('identity', { Resource })] }), 'implicitDeny')
  const literal = `arn:aws:secretsmanager:\${aws:PrincipalTag/place}:secret:prod/*`
  assert.equal(
    outcome({ principal, identity: [policy('identity', { Resource: literal })] }),
    'implicitDeny',
  )
})

test('a short ARN is completed in policies of identities, and nowhere else', () => {
  const Resource = 'arn:aws:secretsmanager'
  assert.equal(outcome({ identity: [policy('identity', { Resource })] }), 'allow')
  const resourcePolicy = policy('resource', { Principal: '*', Resource })
  assert.equal(outcome({ resourcePolicy }), 'implicitDeny')
})

test('comparing long values with many others is paid for', () => {
  const values = Array.from({ length: 3_000 }, (_, at) => `v${at}`)
  const Condition = { StringEquals: { 'aws:PrincipalTag/team': values } }
  const question = ask({
    principal: { ...alice, tags: { team: 'x'.repeat(1_000) } },
    identity: [policy('identity', { Condition })],
  })
  assert.deepEqual(decide(question), { outcome: 'implicitDeny', missing: 'budget' })
})
