import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lambda } from '../contract/generated/lambda.ts'
import { utf8 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import { restJson } from './restjson.ts'

const functions = '/2015-03-31/functions'

const decode = (
  operation: string,
  method: string,
  target: string,
  body: string | Uint8Array = '',
  headers: readonly (readonly [string, string])[] = [],
) =>
  restJson.decode(lambda, operation, typeof body === 'string' ? utf8(body) : body, {
    method,
    target,
    headers,
  })

describe('an input', () => {
  test('is gathered from path, query, headers and body', () => {
    const payload = Uint8Array.of(0, 1, 255)
    const headers = [
      ['x-amz-invocation-type', 'Event'],
      ['X-Amz-Log-Type', 'Tail'],
    ] as const
    assert.deepEqual(
      decode('Invoke', 'POST', `${functions}/f/invocations?Qualifier=prod`, payload, headers),
      {
        Payload: payload,
        FunctionName: 'f',
        Qualifier: 'prod',
        InvocationType: 'Event',
        LogType: 'Tail',
      },
    )
  })

  test('has its JSON members beside its labels', () => {
    const body = JSON.stringify({ ZipFile: 'AAEC', FunctionName: 'other' })
    const input = decode('UpdateFunctionCode', 'PUT', `${functions}/f/code`, body)
    assert.equal(input.FunctionName, 'f')
    assert.deepEqual(Buffer.from(input.ZipFile as Uint8Array), Buffer.of(0, 1, 2))
  })

  test('has numbers and lists from the query', () => {
    assert.deepEqual(decode('ListFunctions', 'GET', `${functions}?MaxItems=12&Marker=a%20b`), {
      Marker: 'a b',
      MaxItems: 12,
    })
    const arn = 'arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af'
    const untag = decode('UntagResource', 'DELETE', `/2017-03-31/tags/${arn}?tagKeys=b&tagKeys=a`)
    assert.deepEqual(untag.TagKeys, ['b', 'a'])
  })

  test('keeps a plus a plus: it was signed as one', () => {
    assert.equal(decode('ListFunctions', 'GET', `${functions}?Marker=a+b`).Marker, 'a+b')
  })

  for (const query of ['MaxItems=1.5', 'MaxItems=0x10', 'MaxItems=', 'Marker=a&Marker=b']) {
    test(`is refused for ${query}`, () => {
      assert.throws(() => decode('ListFunctions', 'GET', `${functions}?${query}`), {
        code: 'SerializationException',
      })
    })
  }

  test('is held to its constraints wherever a member stood', () => {
    assert.throws(
      () => decode('ListFunctions', 'GET', `${functions}?MaxItems=0`),
      /Value '0' at 'maxItems' failed/,
    )
    assert.throws(
      () => decode('GetFunction', 'GET', `${functions}/a%20b`),
      /Value 'a b' at 'functionName' failed to satisfy constraint/,
    )
  })

  test('is no input of another operation than its path says', () => {
    assert.throws(() => decode('DeleteFunction', 'GET', `${functions}/f`), {
      code: 'UnknownOperationException',
    })
  })
})

describe('an answer', () => {
  test('has its status, its headers and a body as it is', () => {
    const Payload = utf8('{"a":1}')
    const output = { StatusCode: 202, ExecutedVersion: '$LATEST', Payload }
    const { status, headers, body } = restJson.encode(lambda, 'Invoke', output, 'id')
    assert.equal(status, 202)
    assert.equal(headers['X-Amz-Executed-Version'], '$LATEST')
    assert.equal(headers['x-amzn-RequestId'], 'id')
    assert.equal(body, Payload)
  })

  test('has the status of its operation, and only members of the contract', () => {
    const output = { Statement: '{}', Secret: 'canary' }
    const { status, body } = restJson.encode(lambda, 'AddPermission', output, 'id')
    assert.equal(status, 201)
    assert.equal(body, '{"Statement":"{}"}')
  })

  test('is nothing at all where the contract has none', () => {
    const { status, body } = restJson.encode(lambda, 'RemovePermission', {}, 'id')
    assert.deepEqual([status, body], [204, ''])
  })

  test('takes no header that would begin another one', () => {
    const output = { FunctionError: 'Unhandled\r\nSet-Cookie: a=b' }
    assert.throws(() => restJson.encode(lambda, 'Invoke', output, 'id'))
  })
})

describe('a fault', () => {
  const spoken: readonly (readonly [code: string, status: number, body: object])[] = [
    ['ResourceNotFoundException', 404, { Type: 'User', Message: 'words' }],
    ['ResourceConflictException', 409, { Type: 'User', message: 'words' }],
    ['PreconditionFailedException', 412, { Type: 'User', message: 'words' }],
    ['ServiceException', 500, { Type: 'Service', Message: 'words' }],
    ['AccessDeniedException', 403, { message: 'words' }],
    ['ValidationException', 400, { message: 'words' }],
    ['UnrecognizedClientException', 403, { message: 'words' }],
  ]
  for (const [code, expected, expectedBody] of spoken) {
    test(`${code} is a ${expected}`, () => {
      const fault = new Fault(code, 'words')
      const { status, headers, body } = restJson.fault(fault, 'id', lambda, 'GetFunction')
      assert.equal(status, expected)
      assert.equal(headers['x-amzn-ErrorType'], code)
      assert.deepEqual(JSON.parse(String(body)), expectedBody)
    })
  }

  test('of a rate is called as the service calls it', () => {
    const fault = new Fault('ThrottlingException', 'Rate exceeded')
    const { status, headers } = restJson.fault(fault, 'id', lambda, 'GetFunction')
    assert.deepEqual([status, headers['x-amzn-ErrorType']], [429, 'TooManyRequestsException'])
  })

  test('of ours that has no name leaves without words', () => {
    const { status, body } = restJson.fault(new Fault('Nonsense', 'canary'), 'id', lambda)
    assert.deepEqual([status, body], [500, '{}'])
  })
})
