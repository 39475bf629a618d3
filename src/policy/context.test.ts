import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, app, role, stranger } from './cast.test.ts'
import { buildContext, contextOf } from './context.ts'

test('nobody but the principal decides on its own keys', () => {
  const forged = contextOf({
    'aws:PrincipalArn': role,
    'aws:username': 'root',
    'aws:PrincipalTag/team': 'red',
    'aws:PrincipalIsAWSService': 'true',
    'aws:ResourceAccount': stranger,
  })
  const context = buildContext(app, account, forged)
  assert.equal(context.get('aws:username'), undefined)
  assert.equal(context.get('aws:principaltag/team'), undefined)
  assert.equal(context.get('aws:principalisawsservice'), 'false')
  assert.equal(context.get('aws:resourceaccount'), account)
  assert.equal(context.get('__proto__'), undefined)
})

test('tags called like members of objects are tags', () => {
  const tags = JSON.parse('{"__proto__":"a","constructor":"b"}')
  const context = buildContext({ ...app, tags }, account)
  assert.equal(context.get('aws:principaltag/__proto__'), 'a')
  assert.equal(context.get('aws:principaltag/constructor'), 'b')
  assert.equal(context.get('aws:principaltag/tostring'), undefined)
})

test('keys that differ in case only are one key with both values', () => {
  const name = 'secretsmanager:ResourceTag/'
  const context = contextOf({ [`${name}Env`]: 'prod', [`${name}env`]: 'dev' })
  assert.deepEqual(context.get(`${name.toLowerCase()}env`), ['prod', 'dev'])
})
