/** The decision and public-policy vectors, each decision twice: with its full context, and with ours. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { buildContext, type Context, type ContextValue, contextOf, ownEntries } from './context.ts'
import { decide, type Question } from './decide.ts'
import { parsePolicy, readPolicy } from './document.ts'
import { PolicyError } from './error.ts'
import { explain } from './explain.ts'
import { compileGlob, matchGlob, parsePieces } from './pattern.ts'
import type { Principal } from './principal.ts'
import { isPublic } from './public.ts'
import type { PolicyKind } from './statement.ts'

interface VectorPrincipal {
  readonly type: string
  readonly arn: string
  readonly account: string
  readonly tags: Record<string, string>
  readonly userId: string
  readonly userName: string
  readonly roleArn: string
  readonly federatingUserArn: string
  readonly serviceName: string
}

interface Vector {
  readonly id: string
  readonly gate: boolean
  readonly principal: VectorPrincipal
  readonly identityPolicies: readonly object[]
  readonly boundary: object | null
  readonly sessionPolicies: readonly object[]
  readonly resourcePolicy: object | null
  readonly resourceAccount: string
  readonly action: string
  readonly resource: string
  readonly context: Record<string, ContextValue>
  readonly contextFull: Record<string, ContextValue>
  readonly expect: string
  readonly why: string
}

interface PublicVector {
  readonly id: string
  readonly broad: boolean
  readonly policy: object
}

function vectorsOf<T>(name: string): readonly T[] {
  const url = new URL(`../../test/vectors/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

const principals: Record<string, (given: VectorPrincipal) => Principal> = {
  Root: (given) => ({ ...given, kind: 'root' }),
  IAMUser: (given) => ({ ...given, kind: 'user' }),
  AssumedRole: (given) => ({ ...given, kind: 'role-session' }),
  FederatedUser: (given) => ({ ...given, kind: 'federated-user' }),
  AWSService: (given) => ({ kind: 'service', service: given.serviceName }),
  Anonymous: () => ({ kind: 'anonymous' }),
}

const principalOf = (vector: Vector): Principal => {
  const make = principals[vector.principal.type]
  assert.ok(make, vector.principal.type)
  return make(vector.principal)
}

const compiled = (policy: object, kind: PolicyKind): CompiledPolicy =>
  compilePolicy(readPolicy(JSON.stringify(policy), kind), { kind, name: kind })

function questionOf(vector: Vector, context: Context): Question {
  const kind = vector.action.startsWith('kms:') ? 'key' : 'resource'
  return {
    principal: principalOf(vector),
    action: vector.action,
    resource: vector.resource,
    resourceAccount: vector.resourceAccount,
    context,
    identity: vector.identityPolicies.map((policy) => compiled(policy, 'identity')),
    boundary: vector.boundary ? compiled(vector.boundary, 'boundary') : undefined,
    session: vector.sessionPolicies.map((policy) => compiled(policy, 'session')),
    resourcePolicy: vector.resourcePolicy ? compiled(vector.resourcePolicy, kind) : undefined,
  }
}

const builtContext = (vector: Vector): Context =>
  buildContext(principalOf(vector), vector.resourceAccount, contextOf(vector.context))

const vectors = vectorsOf<Vector>('iam-vectors')
const gated = vectors.filter((vector) => vector.gate)

/** Vectors whose policies the write door refuses; the evaluation still has to be safe with them. */
const refusedAtWrite = new Map([
  ['action/unicode-case-fold', 'charset'],
  ['action/comma-string', 'action'],
  ['cond/unknown-operator', 'condition'],
  ['cond/key-proto', 'condition'],
])

test('every gated vector is decided as expected with its full context', (t) => {
  const wrong = gated.filter(
    (vector) => decide(questionOf(vector, contextOf(vector.contextFull))).outcome !== vector.expect,
  )
  t.diagnostic(`${gated.length - wrong.length} of ${gated.length} gated vectors`)
  assert.deepEqual(
    wrong.map(({ id, expect, why }) => ({ id, expect, why })),
    [],
  )
  assert.equal(gated.length, 268)
})

test('every gated vector is decided as expected with the context that we build', (t) => {
  const wrong = gated.filter(
    (vector) => decide(questionOf(vector, builtContext(vector))).outcome !== vector.expect,
  )
  t.diagnostic(`${gated.length - wrong.length} of ${gated.length} gated vectors`)
  assert.deepEqual(
    wrong.map(({ id }) => id),
    [],
  )
})

test('the context that we build is the full context of every vector, no key less or more', (t) => {
  for (const vector of vectors) {
    const own = ownEntries(principalOf(vector), vector.resourceAccount)
    const built = { ...vector.context, ...Object.fromEntries(own) }
    assert.deepEqual(built, vector.contextFull, vector.id)
    const context = builtContext(vector)
    for (const [name, value] of Object.entries(vector.contextFull)) {
      assert.deepEqual(context.get(name.toLowerCase()), value, `${vector.id} ${name}`)
    }
  }
  t.diagnostic(`${vectors.length} contexts`)
})

test('vectors that do not gate are decided, and reported only', (t) => {
  for (const vector of vectors.filter((vector) => !vector.gate)) {
    const { outcome } = decide(questionOf(vector, builtContext(vector)))
    t.diagnostic(`${vector.id}: ${outcome}, the vector says ${vector.expect}`)
  }
})

test('the explanation of every vector agrees with its decision', () => {
  for (const vector of gated) {
    const { decision, statements } = explain(questionOf(vector, builtContext(vector)))
    const denied = statements.some(({ applied, effect }) => applied && effect === 'Deny')
    assert.equal(decision.outcome, vector.expect, vector.id)
    assert.equal(denied, vector.expect === 'explicitDeny', vector.id)
    for (const { applied, misses } of statements) assert.equal(applied, misses.length === 0)
  }
})

test('many stars cost steps by the product of the lengths, not by their power', () => {
  const meter = { stepsLeft: 1_000_000 }
  assert.equal(
    matchGlob(compileGlob(parsePieces('*a'.repeat(9))), `${'a'.repeat(60)}b`, meter),
    false,
  )
  assert.ok(1_000_000 - meter.stepsLeft < 18 * 61)
})

test('the write door refuses exactly the vectors that it should', () => {
  for (const vector of vectors) {
    const reasons = new Set<string>()
    const tryParse = (policy: object, kind: PolicyKind): void => {
      try {
        parsePolicy(JSON.stringify(policy), kind)
      } catch (error) {
        assert.ok(error instanceof PolicyError)
        reasons.add(error.reason)
      }
    }
    for (const policy of vector.identityPolicies) tryParse(policy, 'identity')
    for (const policy of vector.sessionPolicies) tryParse(policy, 'session')
    if (vector.boundary) tryParse(vector.boundary, 'boundary')
    if (vector.resourcePolicy) tryParse(vector.resourcePolicy, 'resource')
    const expected = refusedAtWrite.get(vector.id)
    assert.deepEqual([...reasons], expected ? [expected] : [], vector.id)
  }
})

test('every public policy vector is judged as expected', (t) => {
  const all = vectorsOf<PublicVector>('public-policy-vectors')
  const wrong = all.filter(
    ({ policy, broad }) => isPublic(readPolicy(JSON.stringify(policy), 'resource')) !== broad,
  )
  t.diagnostic(`${all.length - wrong.length} of ${all.length} public policy vectors`)
  assert.deepEqual(
    wrong.map(({ id }) => id),
    [],
  )
})
