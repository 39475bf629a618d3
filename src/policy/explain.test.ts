import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, action, ask, granting, key, policy } from './cast.test.ts'
import { explain } from './explain.ts'

test('an explanation names each statement and all that kept it from voting', () => {
  const identity = [
    policy(
      'identity',
      { Action: 'kms:*', Resource: key },
      { Sid: 'Tagged', Condition: { StringEquals: { 'aws:ResourceTag/Env': 'prod' } } },
      { Sid: 'Read', Action: action },
    ),
  ]
  const resourcePolicy = granting([account])
  const { decision, statements } = explain(ask({ identity, resourcePolicy }))
  const source = { kind: 'identity', name: 'the identity' }
  assert.deepEqual(decision, {
    outcome: 'allow',
    by: { policy: source, statement: 2, sid: 'Read' },
  })
  assert.deepEqual(
    statements.map(({ applied, grant, misses }) => ({ applied, grant, misses })),
    [
      { applied: true, grant: 'account', misses: [] },
      { applied: false, grant: undefined, misses: [{ part: 'action' }, { part: 'resource' }] },
      {
        applied: false,
        grant: undefined,
        misses: [{ part: 'condition', operator: 'StringEquals', key: 'aws:ResourceTag/Env' }],
      },
      { applied: true, grant: 'direct', misses: [] },
    ],
  )
})
