import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iam } from '../contract/generated/iam.ts'
import { sts } from '../contract/generated/sts.ts'
import { Fault } from '../lib/fault.ts'
import { speak } from './faults.ts'

const inQuery = (code: string) => {
  const spoken = speak('query', new Fault(code, 'words'), iam)
  return [spoken.code, spoken.status]
}

test('the query protocol has its own names for the faults of all services', () => {
  const names: readonly (readonly [string, string, number])[] = [
    ['AccessDeniedException', 'AccessDenied', 403],
    ['ExpiredTokenException', 'ExpiredToken', 403],
    ['IncompleteSignatureException', 'IncompleteSignature', 400],
    ['InternalFailure', 'InternalFailure', 500],
    ['InvalidSignatureException', 'SignatureDoesNotMatch', 403],
    ['MissingActionException', 'MissingAction', 400],
    ['MissingAuthenticationTokenException', 'MissingAuthenticationToken', 403],
    ['RequestEntityTooLargeException', 'RequestEntityTooLarge', 413],
    ['RequestTimeoutException', 'RequestTimeout', 408],
    ['SerializationException', 'MalformedInput', 400],
    ['ServiceUnavailableException', 'ServiceUnavailable', 503],
    ['ThrottlingException', 'Throttling', 400],
    ['UnknownOperationException', 'InvalidAction', 400],
    ['UnrecognizedClientException', 'InvalidClientTokenId', 403],
    ['ValidationException', 'ValidationError', 400],
  ]
  for (const [house, code, status] of names) assert.deepEqual(inQuery(house), [code, status], house)
})

test("a service's own error has the status of its model", () => {
  assert.deepEqual(inQuery('NoSuchEntity'), ['NoSuchEntity', 404])
  assert.deepEqual(inQuery('ServiceFailure'), ['ServiceFailure', 500])
  assert.deepEqual(inQuery('OrganizationNotFoundException'), ['OrganizationNotFoundException', 400])
})

test('to STS an expired token is the web identity in an operation, the session before one', () => {
  const fault = new Fault('ExpiredTokenException', 'words')
  const before = speak('query', fault, sts)
  assert.deepEqual([before.code, before.status], ['ExpiredToken', 403])
  const within = speak('query', fault, sts, sts.operations.AssumeRoleWithWebIdentity)
  assert.deepEqual([within.code, within.status], ['ExpiredTokenException', 400])
})

test('an unknown code tells nothing', () => {
  for (const code of ['Nothing', '__proto__', 'NoSuchEntityException']) {
    assert.deepEqual(speak('query', new Fault(code, 'canary'), iam), {
      code: 'InternalFailure',
      status: 500,
      words: undefined,
      messageName: 'message',
    })
  }
})
