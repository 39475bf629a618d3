import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  action,
  alice,
  allowAll,
  anonymous,
  ask,
  none,
  policy,
  secret,
  stranger,
} from './cast.test.ts'
import type { CompiledPolicy } from './compile.ts'
import { decide } from './decide.ts'
import type { PolicyKind } from './statement.ts'
import { denialWords } from './words.ts'

test('the words of a refusal are those of AWS', () => {
  const start = `User: ${alice.arn} is not authorized to perform: ${action}`
  const on = ` on resource: ${secret}`
  const words = (changes: Parameters<typeof ask>[0], shown?: string): string => {
    const question = ask(changes)
    const decision = decide(question)
    assert.ok(decision.outcome !== 'allow')
    return denialWords(question, decision, shown)
  }
  const identity = [allowAll]
  const deny = (kind: PolicyKind): CompiledPolicy =>
    policy(kind, {
      Effect: 'Deny',
      ...(kind === 'resource' || kind === 'endpoint' ? { Principal: '*' } : {}),
    })
  const no = (what: string): string =>
    `${start}${on} because no ${what} allows the ${action} action`
  const explicit = (what: string): string => `${start}${on} with an explicit deny in ${what}`
  assert.equal(words({}), no('identity-based policy'))
  assert.equal(words({ resourceAccount: stranger, identity }), no('resource-based policy'))
  assert.equal(words({ identity, boundary: none }), no('permissions boundary'))
  assert.equal(words({ identity, session: [none] }), no('session policy'))
  assert.equal(words({ identity, endpoint: none }), no('VPC endpoint policy'))
  assert.equal(words({ identity: [deny('identity')] }), explicit('an identity-based policy'))
  assert.equal(words({ resourcePolicy: deny('resource') }), explicit('a resource-based policy'))
  assert.equal(words({ boundary: deny('boundary') }), explicit('a permissions boundary'))
  assert.equal(words({ session: [deny('session')] }), explicit('a session policy'))
  assert.equal(words({ endpoint: deny('endpoint') }), explicit('a VPC endpoint policy'))
  const ending = `because no identity-based policy allows the ${action} action`
  assert.equal(words({ resource: '*' }), `${start} ${ending}`)
  assert.equal(words({}, 'prod/db'), `${start} on resource: prod/db ${ending}`)
  assert.match(words({ principal: anonymous }), /^User: anonymous is not authorized/)
})
