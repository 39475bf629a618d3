/** What would have to change: enough by construction, and no more than the action and the resource. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compilePolicy } from './compile.ts'
import { buildContext } from './context.ts'
import type { Question } from './decide.ts'
import { readPolicy } from './document.ts'
import type { Principal } from './principal.ts'
import { type Remedy, remediesFor } from './remedy.ts'
import type { PolicyKind } from './statement.ts'

const account = '111122223333'
const resource = `arn:aws:secretsmanager:us-east-1:${account}:secret:a-AbCdEf`
const action = 'secretsmanager:GetSecretValue'
const user: Principal = {
  ...{ kind: 'user', arn: `arn:aws:iam::${account}:user/ann`, account, userId: 'AIDA1' },
  ...{ userName: 'ann', tags: {} },
}

const policy = (kind: PolicyKind, ...Statement: object[]) =>
  compilePolicy(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind), {
    kind,
    name: kind,
  })
const question = (more: Partial<Question> = {}): Question => ({
  ...{ principal: user, action, resource, resourceAccount: account, identity: [] },
  context: buildContext(user, account, new Map()),
  ...more,
})
const allow = { Effect: 'Allow', Action: action, Resource: resource }
const deny = { Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' }

/** The steps in short: kind and statement, or the Deny's kind. */
const steps = (remedies: readonly Remedy[] | undefined) =>
  remedies?.map((each) =>
    each.step === 'add'
      ? [each.kind, JSON.parse(each.document).Statement[0]]
      : ['narrow', each.by.policy.kind],
  )

describe('remedies', () => {
  test('none for what is allowed', () => {
    assert.deepEqual(remediesFor(question({ identity: [policy('identity', allow)] })), [])
  })

  test('a statement for this action on this resource', () => {
    assert.deepEqual(steps(remediesFor(question())), [['identity', allow]])
  })

  test('the statement that lacks one thing only is told', () => {
    const near = policy('identity', { ...allow, Action: 'secretsmanager:DescribeSecret' })
    const [remedy] = remediesFor(question({ identity: [near] })) ?? []
    assert.ok(remedy?.step === 'add')
    assert.deepEqual(remedy.near?.miss, { part: 'action' })
    assert.equal(remedy.near?.vote.statement, 0)
  })

  test('each Deny, then what is missing, boundary included', () => {
    const asked = question({
      identity: [policy('identity', deny)],
      resourcePolicy: policy('resource', { ...deny, Principal: '*' }),
      boundary: policy('boundary', { ...allow, Action: 'kms:*' }),
    })
    assert.deepEqual(steps(remediesFor(asked)), [
      ['narrow', 'resource'],
      ['narrow', 'identity'],
      ['identity', allow],
      ['boundary', allow],
    ])
  })

  test('across accounts both sides', () => {
    const far = resource.replace(account, '444455556666')
    const asked = question({ resource: far, resourceAccount: '444455556666' })
    assert.deepEqual(steps(remediesFor(asked)), [
      ['resource', { ...allow, Principal: { AWS: user.arn }, Resource: '*' }],
      ['identity', { ...allow, Resource: far }],
    ])
  })

  test('another partition: no policy helps', () => {
    const far = resource.replace('arn:aws:', 'arn:aws-cn:')
    assert.equal(remediesFor(question({ resource: far })), undefined)
  })
})
