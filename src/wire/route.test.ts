import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { lambda } from '../contract/generated/lambda.ts'
import { canonicalPath } from '../sigv4/canonical.ts'
import { findRoute, isRestTarget, readPlace } from './route.ts'

const functions = '/2015-03-31/functions'

describe('routes', () => {
  const routes: readonly (readonly [method: string, target: string, operation: string])[] = [
    ['POST', functions, 'CreateFunction'],
    ['GET', functions, 'ListFunctions'],
    ['GET', `${functions}/?MaxItems=3`, 'ListFunctions'],
    ['GET', `${functions}/f?Qualifier=%24LATEST`, 'GetFunction'],
    ['DELETE', `${functions}/f`, 'DeleteFunction'],
    ['POST', `${functions}/f/invocations`, 'Invoke'],
    ['DELETE', `${functions}/f/policy/sid`, 'RemovePermission'],
    ['GET', '/2019-09-30/functions/f/provisioned-concurrency', 'GetProvisionedConcurrencyConfig'],
    [
      'GET',
      '/2019-09-30/functions/f/provisioned-concurrency?List=ALL',
      'ListProvisionedConcurrencyConfigs',
    ],
    ['GET', '/2018-10-31/layers?find=LayerVersion&Arn=a', 'GetLayerVersionByArn'],
  ]
  for (const [method, target, operation] of routes) {
    test(`${method} ${target} is ${operation}`, () => {
      assert.equal(findRoute(lambda, method, target)?.operation, operation)
    })
  }

  test('a label is decoded once', () => {
    const target = `${functions}/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af/policy`
    const route = findRoute(lambda, 'GET', target)
    assert.equal(
      route?.labels.get('FunctionName'),
      'arn:aws:lambda:us-east-1:000000000000:function:f',
    )
    assert.equal(
      findRoute(lambda, 'GET', `${functions}/a%253Ab`)?.labels.get('FunctionName'),
      'a%3Ab',
    )
  })

  test('a method or a path that no operation has means nothing', () => {
    assert.equal(findRoute(lambda, 'PATCH', functions), undefined)
    assert.equal(findRoute(lambda, 'GET', `${functions}/f/__proto__`), undefined)
    assert.equal(findRoute(lambda, 'constructor', functions), undefined)
  })
})

describe('targets that can be read in more than one way are refused', () => {
  const hostile = [
    `/${functions}`,
    `${functions}//f`,
    `${functions}/./f`,
    `${functions}/x/../f`,
    `${functions}/..`,
    `${functions}/%2e%2e/f`,
    `${functions}/%2E`,
    `${functions}/a%2Fb`,
    `${functions}/a%5Cb`,
    `${functions}/a\\b`,
    `${functions}/a%00b`,
    `${functions}/a%0Ab`,
    `${functions}/a%`,
    `${functions}/a%zz`,
    `${functions}/%C0%AF`,
    `${functions}/%ff`,
    `${functions}/f#x`,
    `${functions}/f?a=%`,
    `${functions}/f?a=%ff`,
    `${functions}/f?a=<b`,
    `${functions}/f//`,
    `http://elsewhere${functions}`,
    `${functions}${'/a'.repeat(20)}`,
    `${functions}?${'a=b&'.repeat(300)}`,
  ]
  for (const target of hostile) {
    test(JSON.stringify(target.slice(0, 60)), () => {
      assert.equal(isRestTarget(target), false)
      assert.equal(findRoute(lambda, 'GET', target), undefined)
    })
  }

  test('what is taken is signed letter by letter: two paths never sign alike', () => {
    const segment = fc.oneof(
      fc.stringMatching(/^[a-z0-9$:%._~-]{1,6}$/),
      fc.constantFrom('%2e', '%2E', '.', '..', '', '%252e', 'a%3Ab', 'a:b'),
    )
    const path = fc
      .array(segment, { maxLength: 5 })
      .map((parts) => `/2015-03-31/${parts.join('/')}`)
    fc.assert(
      fc.property(path, path, (a, b) => {
        if (!isRestTarget(a) || !isRestTarget(b)) return
        assert.equal(canonicalPath(a) === canonicalPath(b), a === b)
      }),
      { numRuns: 2000 },
    )
  })

  test('a target of any text is read in time, and gives only plain segments', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        for (const segment of readPlace(`/2015-03-31/${text}`)?.segments ?? []) {
          assert.doesNotMatch(segment, /^\.{0,2}$|[/\\\p{Cc}]/u)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
