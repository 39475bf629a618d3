/**
 * Decisions in random worlds: what must hold whatever the policies say. Statements come from a small
 * world, so that they often meet.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  account,
  action,
  alice,
  anonymous,
  app,
  ask,
  federated,
  key,
  type Part,
  role,
  root,
  rotation,
  secret,
  stranger,
} from './cast.test.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { buildContext } from './context.ts'
import { decide } from './decide.ts'
import { readPolicy } from './document.ts'
import type { Principal } from './principal.ts'
import type { PolicyKind } from './statement.ts'

const actions = fc.constantFrom('*', action, action, 'secretsmanager:*', 'kms:*', 's3:Get?')
const resources = fc.constantFrom('*', '*', secret, `${secret.slice(0, -6)}*`, key)
const names = fc.constantFrom('*', account, stranger, alice.arn, app.arn, role)
const conditions = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  { StringEquals: { 'aws:username': 'alice' } },
  { StringNotEquals: { 'aws:PrincipalArn': role } },
  { 'ForAllValues:StringLike': { 'aws:TagKeys': ['a*'] } },
)
const elements = (negated: string, plain: string, value: fc.Arbitrary<unknown>) =>
  fc
    .tuple(fc.constantFrom(plain, plain, negated), value)
    .map(([name, given]) => ({ [name]: given }))
const statement = (effect: fc.Arbitrary<string>): fc.Arbitrary<Part> =>
  fc
    .tuple(
      effect.map((Effect) => ({ Effect })),
      elements('NotAction', 'Action', actions),
      elements('NotResource', 'Resource', resources),
      conditions.map((Condition) => (Condition ? { Condition } : {})),
    )
    .map((parts) => Object.assign({}, ...parts))
const anyEffect = fc.constantFrom('Allow', 'Allow', 'Allow', 'Allow', 'Deny')

function compileParts(kind: PolicyKind, parts: readonly Part[]): CompiledPolicy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: parts })
  return compilePolicy(readPolicy(text, kind), { kind, name: kind })
}

const someParts = fc.array(statement(anyEffect), { minLength: 1, maxLength: 3 })
const resourceParts = fc.array(
  fc
    .tuple(
      statement(anyEffect),
      elements(
        'NotPrincipal',
        'Principal',
        names.map((AWS) => ({ AWS })),
      ),
    )
    .map(([part, principal]) => ({ ...part, ...principal })),
  { minLength: 1, maxLength: 3 },
)

const world = fc.record({
  principal: fc.constantFrom<Principal>(alice, app, root, federated, anonymous, rotation),
  resourceAccount: fc.constantFrom(account, account, stranger),
  identity: someParts,
  boundary: fc.option(someParts, { nil: undefined }),
  session: fc.option(someParts, { nil: undefined }),
  resource: fc.option(resourceParts, { nil: undefined }),
})
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

const inWorld = (given: World): ReturnType<typeof decide> =>
  decide(
    ask({
      principal: given.principal,
      resourceAccount: given.resourceAccount,
      identity: [compileParts('identity', given.identity)],
      boundary: given.boundary && compileParts('boundary', given.boundary),
      session: given.session && [compileParts('session', given.session)],
      resourcePolicy: given.resource && compileParts('resource', given.resource),
      context: buildContext(given.principal, given.resourceAccount),
    }),
  )

test('adding a Deny anywhere never turns a refusal into an allow', () => {
  fc.assert(
    fc.property(world, statement(fc.constant('Deny')), (given, deny) => {
      const before = inWorld(given).outcome
      const added = [{ ...given, identity: [...given.identity, deny] }]
      if (given.boundary) added.push({ ...given, boundary: [deny, ...given.boundary] })
      if (given.session) added.push({ ...given, session: [deny, ...given.session] })
      const denyAll = { ...deny, Principal: '*' }
      if (given.resource) added.push({ ...given, resource: [denyAll, ...given.resource] })
      for (const changed of added) {
        const after = inWorld(changed).outcome
        if (before !== 'allow') assert.notEqual(after, 'allow')
        if (before === 'allow') assert.notEqual(after, 'implicitDeny')
      }
    }),
    { numRuns: 1_000 },
  )
})

test('adding any statement never removes an explicit deny', () => {
  let denied = 0
  fc.assert(
    fc.property(world, statement(anyEffect), (given, more) => {
      if (inWorld(given).outcome !== 'explicitDeny') return
      denied++
      const changed = { ...given, identity: [more, ...given.identity] }
      assert.equal(inWorld(changed).outcome, 'explicitDeny')
      const star = { ...more, Principal: '*' }
      const resource = given.resource && [star, ...given.resource]
      assert.equal(inWorld({ ...given, resource }).outcome, 'explicitDeny')
    }),
    { numRuns: 1_000 },
  )
  assert.ok(denied > 30) // the world must be one in which denies happen
})

test('adding an Allow to the identity policy never turns an allow into a refusal', () => {
  let allowed = 0
  fc.assert(
    fc.property(world, statement(fc.constant('Allow')), (given, more) => {
      if (inWorld(given).outcome !== 'allow') return
      allowed++
      assert.equal(inWorld({ ...given, identity: [...given.identity, more] }).outcome, 'allow')
    }),
    { numRuns: 1_000 },
  )
  assert.ok(allowed > 30)
})

test('a boundary or a session policy only ever takes away', () => {
  fc.assert(
    fc.property(world, someParts, (given, limit) => {
      fc.pre(given.boundary === undefined && given.principal.kind !== 'federated-user')
      const outcomes = [inWorld({ ...given, boundary: limit }).outcome]
      if (given.session === undefined) outcomes.push(inWorld({ ...given, session: limit }).outcome)
      if (inWorld(given).outcome !== 'allow') assert.ok(!outcomes.includes('allow'))
    }),
    { numRuns: 1_000 },
  )
})
