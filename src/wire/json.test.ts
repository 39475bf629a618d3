import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { iam } from '../contract/generated/iam.ts'
import { secretsmanager } from '../contract/generated/secretsmanager.ts'
import { sts } from '../contract/generated/sts.ts'
import { utf8 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import { json, readTarget } from './json.ts'

const decode = (operation: string, body: string) =>
  json.decode(secretsmanager, operation, utf8(body))

const isFault = (code: string, words: string) => (error: unknown) => {
  assert.ok(error instanceof Fault)
  assert.deepEqual([error.code, error.message], [code, words])
  return true
}

test('the target is split at its last dot', () => {
  assert.deepEqual(readTarget('secretsmanager.GetSecretValue'), {
    prefix: 'secretsmanager',
    operation: 'GetSecretValue',
  })
  assert.deepEqual(
    readTarget('com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents'),
    {
      prefix: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
      operation: 'LookupEvents',
    },
  )
})

test('what is no target is an unknown operation, without words', () => {
  for (const header of [
    undefined,
    '',
    'GetSecretValue',
    '.x',
    'a.',
    'a.b c',
    `a.${'b'.repeat(129)}`,
  ]) {
    assert.throws(() => readTarget(header), isFault('UnknownOperationException', ''))
  }
})

test('an operation that the service lacks is unknown', () => {
  for (const operation of ['Decrypt', '__proto__', 'constructor']) {
    assert.throws(() => decode(operation, '{}'), isFault('UnknownOperationException', ''))
  }
})

test('no body is an empty input', () => {
  assert.deepEqual(decode('ListSecrets', ''), {})
})

test('what is not one JSON object is refused, without words where it is not even JSON', () => {
  for (const body of ['{', '{}x', '{"a":1,"a":2}', `${'['.repeat(40)}`, '\ufeff{}', 'canary']) {
    assert.throws(() => decode('ListSecrets', body), isFault('SerializationException', ''))
  }
  const invalidUtf8 = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
  assert.throws(
    () => json.decode(secretsmanager, 'ListSecrets', invalidUtf8),
    isFault('SerializationException', ''),
  )
  assert.throws(
    () => decode('ListSecrets', '1'),
    isFault('SerializationException', 'Expected null'),
  )
})

test('types come before constraints', () => {
  assert.throws(
    () => decode('CreateSecret', '{"Name":"","Tags":5}'),
    isFault('SerializationException', 'Expected list or null'),
  )
})

test('an output leaves as the contract writes it, and nothing that the contract lacks', () => {
  const output = {
    ARN: 'arn',
    Name: undefined,
    VersionId: null,
    SecretBinary: new Uint8Array([0, 255]),
    VersionStages: [],
    CreatedDate: 1700000000123,
    sealed: 'canary',
  }
  assert.deepEqual(json.encode(secretsmanager, 'GetSecretValue', output, 'request-1'), {
    status: 200,
    headers: {
      'x-amzn-RequestId': 'request-1',
      'Content-Type': 'application/x-amz-json-1.1',
    },
    body: '{"ARN":"arn","SecretBinary":"AP8=","VersionStages":[],"CreatedDate":1700000000.123}',
  })
})

test('a map leaves with any key that it has', () => {
  const stages = JSON.parse('{"__proto__":["AWSCURRENT"]}')
  const { body } = json.encode(
    secretsmanager,
    'DescribeSecret',
    { VersionIdsToStages: stages },
    'request-1',
  )
  assert.equal(body, '{"VersionIdsToStages":{"__proto__":["AWSCURRENT"]}}')
})

test('an operation without output answers an empty body, one with an empty output an object', () => {
  assert.equal(json.encode(secretsmanager, 'TagResource', {}, 'r').body, '')
  assert.equal(json.encode(secretsmanager, 'ListSecrets', {}, 'r').body, '{}')
})

const faultOf = (fault: Fault, operation?: string) => {
  const { status, body } = json.fault(fault, 'r', secretsmanager, operation)
  return [status, body]
}

test('a modelled error has a bare type and the message as its shape spells it', () => {
  const fault = new Fault('ResourceNotFoundException', "Secrets Manager can't find it.")
  assert.deepEqual(faultOf(fault, 'GetSecretValue'), [
    400,
    '{"__type":"ResourceNotFoundException","Message":"Secrets Manager can\'t find it."}',
  ])
  assert.deepEqual(faultOf(new Fault('InternalServiceError', 'x'), 'GetSecretValue'), [
    500,
    '{"__type":"InternalServiceError","Message":"x"}',
  ])
})

test('an error of every service has a small message, or none if it has no words', () => {
  assert.deepEqual(faultOf(new Fault('AccessDeniedException', 'no'), 'GetSecretValue'), [
    400,
    '{"__type":"AccessDeniedException","message":"no"}',
  ])
  assert.deepEqual(faultOf(new Fault('SerializationException')), [
    400,
    '{"__type":"SerializationException"}',
  ])
  assert.deepEqual(faultOf(new Fault('RequestEntityTooLargeException')), [
    413,
    '{"__type":"RequestEntityTooLargeException"}',
  ])
})

test('a code that nobody knows is an internal failure, and its words stay here', () => {
  const internal = [500, '{"__type":"InternalFailure"}']
  for (const code of ['NoSuchThing', '__proto__', 'constructor']) {
    assert.deepEqual(faultOf(new Fault(code, 'canary'), 'GetSecretValue'), internal)
    assert.deepEqual(faultOf(new Fault(code, 'canary')), internal)
  }
})

test('a fault from before there is a service still has an answer', () => {
  const answer = json.fault(new Fault('MissingAuthenticationTokenException', 'Missing'), 'r')
  assert.equal(answer.status, 400)
  assert.equal(answer.body, '{"__type":"MissingAuthenticationTokenException","message":"Missing"}')
  assert.equal(answer.headers['Content-Type'], 'application/x-amz-json-1.1')
})

/** Any JSON, with the contract's own names frequent enough to get past the first check. */
const anyBody = (members: readonly string[]) => {
  const key = fc.oneof(fc.constantFrom(...members, '__proto__', 'constructor'), fc.string())
  const value = fc.oneof(
    fc.jsonValue(),
    fc.array(fc.dictionary(key, fc.jsonValue()), { maxLength: 3 }),
  )
  return fc.dictionary(key, value).map((body) => JSON.stringify(body))
}

for (const model of [secretsmanager, iam, sts]) {
  test(`whatever JSON comes, ${model.id} gives an input of known members or a Fault`, () => {
    const operation = fc.constantFrom(...Object.keys(model.operations))
    const members = Object.values(model.shapes).flatMap((shape) =>
      shape.type === 'structure' ? Object.keys(shape.members) : [],
    )
    fc.assert(
      fc.property(operation, anyBody([...new Set(members)]), (name, body) => {
        try {
          const input = json.decode(model, name, utf8(body))
          const shape = model.shapes[model.operations[name]?.input ?? '']
          const known = shape?.type === 'structure' ? Object.keys(shape.members) : []
          assert.ok(Object.keys(input).every((key) => known.includes(key)))
        } catch (error) {
          assert.ok(error instanceof Fault)
          assert.ok(['SerializationException', 'ValidationException'].includes(error.code))
          assert.equal(json.fault(error, 'r', model, name).status, 400)
        }
      }),
      { numRuns: 500 },
    )
  })
}

test('whatever bytes come, decoding gives a Fault or an input', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        json.decode(secretsmanager, 'ListSecrets', bytes)
      } catch (error) {
        assert.ok(error instanceof Fault)
      }
    }),
  )
})
