/**
 * What is sent by mistake or malice gets AWS's error in the protocol's own form: never a stack, never
 * a hang, nothing of it told to the operator.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { raiseHouse, type TestHouse } from '../house.ts'
import { type Draft, exchange, jsonCall, type Reply, signedBytes } from './socket.ts'

let house: TestHouse

before(async () => {
  house = await raiseHouse()
})

after(async () => {
  assert.deepEqual(house.complaints, [])
  await house[Symbol.asyncDispose]()
})

type Sent = Omit<Draft, 'keys'> & { readonly keys?: Draft['keys'] }

async function send(sent: Sent): Promise<Reply> {
  const reply = await exchange(house.port, signedBytes({ keys: house.root, ...sent }))
  assert.ok(reply, 'there is an answer')
  return reply
}

const create = jsonCall('secretsmanager.CreateSecret')
const form: Sent['headers'] = [['Content-Type', 'application/x-www-form-urlencoded']]
const iam = (body: string): Sent => ({ service: 'iam', headers: form, body })
const version = 'Version=2010-05-08'

interface Refused {
  readonly what: string
  readonly sent: Sent
  readonly code: string
  readonly status?: number
  /** Undefined where AWS sends no message. */
  readonly words?: RegExp
}

const refusedJson: readonly Refused[] = [
  {
    what: 'credentials of an emulator',
    sent: { keys: { accessKeyId: 'test', secretAccessKey: 'test' }, headers: create, body: '{}' },
    code: 'UnrecognizedClientException',
    words: /^The security token included in the request is invalid\.$/,
  },
  {
    what: 'JSON that is cut',
    sent: { headers: create, body: '{"Name":"canary-1' },
    code: 'SerializationException',
  },
  {
    what: 'two JSON values',
    sent: { headers: create, body: '{}{"Name":"canary-1"}' },
    code: 'SerializationException',
  },
  {
    what: 'a key twice',
    sent: { headers: create, body: '{"Name":"canary-1","Name":"canary-2"}' },
    code: 'SerializationException',
  },
  {
    what: 'bytes that are not UTF-8',
    sent: { headers: create, body: Buffer.from('{"Name":"canary-\xff"}', 'latin1') },
    code: 'SerializationException',
  },
  {
    what: 'half a surrogate pair',
    sent: { headers: create, body: '{"Name":"canary-\\ud800"}' },
    code: 'SerializationException',
  },
  {
    what: 'nesting without end',
    sent: { headers: create, body: `{"Tags":${'['.repeat(100_000)}` },
    code: 'SerializationException',
  },
  {
    what: 'nesting beyond the bound',
    sent: { headers: create, body: `{"Tags":${'['.repeat(40)}${']'.repeat(40)}}` },
    code: 'SerializationException',
  },
  {
    what: 'a list for an input',
    sent: { headers: create, body: '["canary-1"]' },
    code: 'SerializationException',
    words: /^Start of list found where not expected$/,
  },
  {
    what: 'a number for a text',
    sent: { headers: create, body: '{"Name":5}' },
    code: 'SerializationException',
    words: /^NUMBER_VALUE can not be converted to a String$/,
  },
  {
    what: 'a text for a list',
    sent: { headers: create, body: '{"Name":"canary-1","Tags":"canary-2"}' },
    code: 'SerializationException',
    words: /^Expected list or null$/,
  },
  {
    what: 'a blob that is not base64',
    sent: { headers: create, body: '{"Name":"canary-1","SecretBinary":"canary-2"}' },
    code: 'SerializationException',
    words: /^STRING_VALUE can not be converted to a Blob$/,
  },
  {
    what: 'a required member that is absent',
    sent: { headers: create, body: '{}' },
    code: 'ValidationException',
    words: /^1 validation error detected: Value null at 'name' failed to satisfy constraint: /,
  },
  {
    what: '__proto__ in place of a member',
    sent: { headers: create, body: '{"__proto__":{"Name":"canary-1"}}' },
    code: 'ValidationException',
    words: /at 'name'/,
  },
  {
    what: 'a text that is too long',
    sent: { headers: create, body: JSON.stringify({ Name: 'canary-'.repeat(100) }) },
    code: 'ValidationException',
    words: /length less than or equal to 512$/,
  },
  {
    what: 'a text outside its pattern',
    sent: { headers: create, body: '{"Name":"canary-1","ClientRequestToken":"short"}' },
    code: 'ValidationException',
    words: /length greater than or equal to 32$/,
  },
  {
    what: 'another content type',
    sent: { headers: [['Content-Type', 'text/plain'], ...create.slice(1)], body: '{}' },
    code: 'UnknownOperationException',
  },
  {
    what: 'no content type',
    sent: { headers: create.slice(1), body: '{}' },
    code: 'UnknownOperationException',
  },
  {
    what: 'an operation that nobody has',
    sent: { headers: jsonCall('secretsmanager.OpenSesame'), body: '{}' },
    code: 'UnknownOperationException',
  },
  {
    what: 'an operation named like a property of every object',
    sent: { headers: jsonCall('secretsmanager.constructor'), body: '{}' },
    code: 'UnknownOperationException',
  },
  {
    what: 'the target of a service that nobody has',
    sent: { headers: jsonCall('nobody.CreateSecret'), body: '{"Name":"canary-1"}' },
    code: 'UnknownOperationException',
  },
  {
    what: 'a target that is none',
    sent: { headers: jsonCall('CreateSecret'), body: '{}' },
    code: 'UnknownOperationException',
  },
  {
    what: 'no target',
    sent: { headers: create.slice(0, 1), body: '{}' },
    code: 'UnknownOperationException',
  },
  {
    what: 'another service in the signature than in the target',
    sent: { service: 'iam', headers: create, body: '{}' },
    code: 'InvalidSignatureException',
    words: /^Credential should be scoped to correct service: 'secretsmanager'\. $/,
  },
  {
    what: 'a second target',
    sent: { headers: create, unsigned: [['X-Amz-Target', 'secretsmanager.GetSecretValue']] },
    code: 'IncompleteSignatureException',
    words: /./,
  },
  {
    what: 'a second host',
    sent: { headers: create, unsigned: [['Host', 'canary-1']] },
    code: 'IncompleteSignatureException',
    words: /./,
  },
  {
    what: 'a header that nobody signed',
    sent: { headers: create, unsigned: [['X-Amz-Canary-1', 'a']] },
    code: 'InvalidSignatureException',
    words: /./,
  },
  {
    what: 'another path',
    sent: { target: '/canary-1', headers: create, body: '{}' },
    code: 'InvalidSignatureException',
    words: /./,
  },
  {
    what: 'another method',
    sent: { method: 'PUT', headers: create, body: '{"Name":5}' },
    code: 'UnknownOperationException',
  },
]

const refusedQuery: readonly Refused[] = [
  {
    what: 'credentials of an emulator',
    sent: { ...iam(''), keys: { accessKeyId: 'test', secretAccessKey: 'test' } },
    code: 'InvalidClientTokenId',
    status: 403,
    words: /^The security token included in the request is invalid\.$/,
  },
  { what: 'no action', sent: iam(version), code: 'MissingAction', words: /parameter Action$/ },
  {
    what: 'an action that nobody has',
    sent: iam(`Action=OpenSesame&${version}`),
    code: 'InvalidAction',
    words: /^Could not find operation OpenSesame for version 2010-05-08$/,
  },
  {
    what: 'an action named like a property of every object',
    sent: iam(`Action=__proto__&${version}`),
    code: 'InvalidAction',
    words: /./,
  },
  {
    what: 'another version',
    sent: iam('Action=ListUsers&Version=2000-01-01'),
    code: 'InvalidAction',
    words: /./,
  },
  {
    what: 'a broken escape',
    sent: iam(`Action=ListUsers&${version}&PathPrefix=canary-1%zz`),
    code: 'MalformedInput',
    words: /^The request holds a broken percent escape$/,
  },
  {
    what: 'a parameter twice',
    sent: iam(`Action=ListUsers&${version}&PathPrefix=canary-1&PathPrefix=canary-2`),
    code: 'MalformedInput',
    words: /^The request holds a parameter that occurs twice$/,
  },
  {
    what: 'bytes that are not UTF-8',
    sent: {
      ...iam(''),
      body: Buffer.from(`Action=ListUsers&${version}&PathPrefix=canary-\xff`, 'latin1'),
    },
    code: 'MalformedInput',
    words: /^The request holds not UTF-8$/,
  },
  {
    what: 'a text for a number',
    sent: iam(`Action=ListUsers&${version}&MaxItems=canary-1`),
    code: 'MalformedInput',
    words: /./,
  },
  {
    what: 'a number out of its bounds',
    sent: iam(`Action=ListUsers&${version}&MaxItems=0`),
    code: 'ValidationError',
    words: /at 'maxItems' failed to satisfy constraint/,
  },
  {
    what: 'a required parameter that is absent',
    sent: iam(`Action=CreateUser&${version}`),
    code: 'ValidationError',
    words: /at 'userName' failed to satisfy constraint/,
  },
]

const traces = /node:|\.[jt]s\b|\bat \w+ \(|canary-\d/

describe('refused in JSON', () => {
  for (const { what, sent, code, status = 400, words } of refusedJson) {
    test(what, async () => {
      const reply = await send(sent)
      assert.match(reply.headers.get('content-type') ?? '', /^application\/x-amz-json-1\.1$/)
      assert.match(reply.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/)
      assert.doesNotMatch(reply.body, traces)
      const { __type, Message, message, ...others } = JSON.parse(reply.body)
      assert.deepEqual({ code: __type, status: reply.status, others }, { code, status, others: {} })
      if (words === undefined) assert.equal(Message ?? message, undefined)
      else assert.match(Message ?? message, words)
    })
  }
})

describe('refused in XML', () => {
  for (const { what, sent, code, status = 400, words = /^$/ } of refusedQuery) {
    test(what, async () => {
      const reply = await send(sent)
      assert.equal(reply.headers.get('content-type'), 'text/xml')
      assert.doesNotMatch(reply.body, traces)
      const [, told] = /<Code>(\w+)<\/Code>/.exec(reply.body) ?? []
      assert.deepEqual({ code: told, status: reply.status }, { code, status })
      const [, message = ''] = /<Message>(.*)<\/Message>/s.exec(reply.body) ?? []
      assert.match(message.replaceAll('&apos;', "'"), words)
    })
  }
})

test('members of no contract are not taken, whatever they are called', async () => {
  const token = `"ClientRequestToken":"${'0'.repeat(32)}"`
  const body = `{"Name":"plain",${token},"__proto__":{"Description":"a"},"constructor":{"b":1},"toString":2}`
  const made = await send({ headers: create, body })
  assert.equal(made.status, 200, made.body)
  const described = await send({
    headers: jsonCall('secretsmanager.DescribeSecret'),
    body: '{"SecretId":"plain"}',
  })
  assert.equal(JSON.parse(described.body).Description, undefined)
  assert.equal((Object.prototype as { Description?: string }).Description, undefined)
})

test('after all this the house answers', async () => {
  const reply = await send({ headers: jsonCall('secretsmanager.ListSecrets'), body: '{}' })
  assert.equal(reply.status, 200)
  assert.deepEqual(
    JSON.parse(reply.body).SecretList.map((secret: { Name: string }) => secret.Name),
    ['plain'],
  )
})
