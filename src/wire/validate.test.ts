import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iam } from '../contract/generated/iam.ts'
import { secretsmanager } from '../contract/generated/secretsmanager.ts'
import { readModel, type ServiceModel } from '../contract/model.ts'
import { Fault } from '../lib/fault.ts'
import { parseJson } from '../lib/json.ts'
import { planOf, type StructurePlan } from './plan.ts'
import { decodeInput } from './validate.ts'

function decode(model: ServiceModel, operation: string, input: unknown) {
  const plan = planOf(model, operation)?.input as StructurePlan
  return decodeInput(plan, parseJson(JSON.stringify(input)))
}

/** The words of the ValidationException that an input meets. */
function wordsOf(model: ServiceModel, operation: string, input: unknown): string {
  try {
    decode(model, operation, input)
  } catch (error) {
    assert.ok(error instanceof Fault)
    assert.equal(error.code, 'ValidationException')
    return error.message
  }
  throw new assert.AssertionError({ message: 'nothing was refused' })
}

const constraint = 'failed to satisfy constraint'
const one = '1 validation error detected'

test('a required member that is absent or null', () => {
  const words = `${one}: Value null at 'secretId' ${constraint}: Member must not be null`
  assert.equal(wordsOf(secretsmanager, 'GetSecretValue', {}), words)
  assert.equal(wordsOf(secretsmanager, 'GetSecretValue', { SecretId: null }), words)
})

test('a text that is too short or too long', () => {
  assert.equal(
    wordsOf(secretsmanager, 'GetSecretValue', { SecretId: '' }),
    `${one}: Value '' at 'secretId' ${constraint}: Member must have length greater than or equal to 1`,
  )
  const name = 'n'.repeat(513)
  assert.equal(
    wordsOf(secretsmanager, 'CreateSecret', { Name: name }),
    `${one}: Value '${name}' at 'name' ${constraint}: Member must have length less than or equal to 512`,
  )
})

test('a length counts code points, not the units of a string', () => {
  assert.ok(decode(secretsmanager, 'CreateSecret', { Name: '😀'.repeat(512) }))
  assert.match(
    wordsOf(secretsmanager, 'CreateSecret', { Name: '😀'.repeat(513) }),
    /less than or equal to 512$/,
  )
  assert.match(
    wordsOf(secretsmanager, 'CreateSecret', { Name: 'a', ClientRequestToken: '😀'.repeat(31) }),
    /at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32$/,
  )
})

test('a number out of its range', () => {
  assert.equal(
    wordsOf(secretsmanager, 'ListSecrets', { MaxResults: 0 }),
    `${one}: Value '0' at 'maxResults' ${constraint}: Member must have value greater than or equal to 1`,
  )
  assert.equal(
    wordsOf(secretsmanager, 'ListSecrets', { MaxResults: 101 }),
    `${one}: Value '101' at 'maxResults' ${constraint}: Member must have value less than or equal to 100`,
  )
})

test('a text outside its pattern, whole match', () => {
  assert.equal(
    wordsOf(iam, 'GetUser', { UserName: 'a b' }),
    `${one}: Value 'a b' at 'userName' ${constraint}: Member must satisfy regular expression pattern: [\\w+=,.@-]+`,
  )
})

test('pattern and length of one member are told apart, a text too long is not matched at all', () => {
  assert.equal(
    wordsOf(iam, 'GetUser', { UserName: '' }),
    `2 validation errors detected: Value '' at 'userName' ${constraint}: ` +
      `Member must satisfy regular expression pattern: [\\w+=,.@-]+; Value '' at 'userName' ` +
      `${constraint}: Member must have length greater than or equal to 1`,
  )
  const long = ' '.repeat(129)
  assert.equal(
    wordsOf(iam, 'GetUser', { UserName: long }),
    `${one}: Value '${long}' at 'userName' ${constraint}: Member must have length less than or equal to 128`,
  )
})

test('a text outside its enumeration', () => {
  assert.equal(
    wordsOf(iam, 'UpdateAccessKey', { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Asleep' }),
    `${one}: Value 'Asleep' at 'status' ${constraint}: Member must satisfy enum value set: [Active, Inactive, Expired]`,
  )
})

test('structures in a list are counted from 1', () => {
  assert.equal(
    wordsOf(secretsmanager, 'TagResource', {
      SecretId: 'a',
      Tags: [{ Key: 'a' }, { Key: '', Value: 'v'.repeat(257) }],
    }),
    `2 validation errors detected: Value '' at 'tags.2.member.key' ${constraint}: ` +
      `Member must have length greater than or equal to 1; Value '${'v'.repeat(257)}' at ` +
      `'tags.2.member.value' ${constraint}: Member must have length less than or equal to 256`,
  )
  assert.equal(
    wordsOf(iam, 'TagUser', { UserName: 'a', Tags: [{ Key: 'a' }] }),
    `${one}: Value null at 'tags.1.member.value' ${constraint}: Member must not be null`,
  )
})

test('scalars in a list are refused once, with every rule of theirs', () => {
  assert.equal(
    wordsOf(secretsmanager, 'UntagResource', { SecretId: 'a', TagKeys: ['ok', ''] }),
    `${one}: Value '[ok, ]' at 'tagKeys' ${constraint}: Member must satisfy constraint: ` +
      '[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]',
  )
  assert.equal(
    wordsOf(secretsmanager, 'BatchGetSecretValue', { SecretIdList: ['a', null] }),
    `${one}: Value '[a, null]' at 'secretIdList' ${constraint}: Member must satisfy constraint: [Member must not be null]`,
  )
})

test('a list too long or too short; one of structures is not repeated', () => {
  assert.equal(
    wordsOf(secretsmanager, 'BatchGetSecretValue', { SecretIdList: [] }),
    `${one}: Value '[]' at 'secretIdList' ${constraint}: Member must have length greater than or equal to 1`,
  )
  const filters = Array.from({ length: 11 }, () => ({ Key: 'name', Values: ['a'] }))
  assert.equal(
    wordsOf(secretsmanager, 'ListSecrets', { Filters: filters }),
    `${one}: Value at 'filters' ${constraint}: Member must have length less than or equal to 10`,
  )
})

test('errors come in the order of the model and are at most ten', () => {
  const words = wordsOf(secretsmanager, 'CreateSecret', {
    Tags: Array.from({ length: 4000 }, () => ({ Key: '' })),
    KmsKeyId: 'k'.repeat(2049),
    Description: 'd'.repeat(2049),
    ClientRequestToken: 'short',
  })
  assert.match(words, /^10 validation errors detected: Value null at 'name'/)
  const paths = [...words.matchAll(/ at '([^']+)'/g)].map((match) => match[1])
  assert.deepEqual(paths.slice(0, 5), [
    'name',
    'clientRequestToken',
    'description',
    'kmsKeyId',
    'tags.1.member.key',
  ])
  assert.equal(paths.length, 10)
})

test('a long value is repeated up to a bound', () => {
  const words = wordsOf(secretsmanager, 'GetSecretValue', { SecretId: 'x'.repeat(400_000) })
  assert.ok(words.length < 1200)
  assert.ok(words.includes(`Value '${'x'.repeat(1024)}...' at 'secretId'`))
})

test('a secret value is never repeated', () => {
  const secret = 'canary'.repeat(11_000)
  assert.equal(
    wordsOf(secretsmanager, 'PutSecretValue', { SecretId: 'a', SecretString: secret }),
    `${one}: Value at 'secretString' ${constraint}: Member must have length less than or equal to 65536`,
  )
  assert.equal(
    wordsOf(secretsmanager, 'PutSecretValue', { SecretId: 'a', SecretBinary: '' }),
    `${one}: Value at 'secretBinary' ${constraint}: Member must have length greater than or equal to 1`,
  )
  assert.equal(
    wordsOf(secretsmanager, 'PutSecretValue', { SecretId: 'a', RotationToken: 'canary' }),
    `${one}: Value at 'rotationToken' ${constraint}: Member must have length greater than or equal to 36`,
  )
  const words = wordsOf(iam, 'ChangePassword', {
    OldPassword: 'kanári',
    NewPassword: 'canary\u0001',
  })
  assert.ok(!words.includes('canary'))
})

test('a code that is secret by its name only is not repeated either', () => {
  const words = wordsOf(iam, 'EnableMFADevice', {
    UserName: 'a',
    SerialNumber: 'arn:aws:iam::1:mfa/a',
    AuthenticationCode1: '12345',
    AuthenticationCode2: '123456',
  })
  assert.equal(
    words,
    `${one}: Value at 'authenticationCode1' ${constraint}: Member must have length greater than or equal to 6`,
  )
})

const member = (shape: string) => ({ shape })
const mapModel = readModel(
  JSON.stringify({
    operations: { Do: { input: 'In', errors: [] } },
    shapes: {
      In: {
        type: 'structure',
        members: { Tags: member('Tags'), Inner: member('Inners'), Data: member('Blobs') },
      },
      Tags: { type: 'map', key: member('Key'), value: member('Value'), max: 2 },
      Key: { type: 'string', min: 1, max: 3 },
      Value: { type: 'string', max: 2, pattern: '[a-z]*' },
      Inners: { type: 'map', key: member('Key'), value: member('Inner') },
      Inner: { type: 'structure', members: { A: member('Key') }, required: ['A'] },
      Blobs: { type: 'list', member: member('Blob') },
      Blob: { type: 'blob', max: 2 },
    },
    errors: {},
  }),
)

test('maps: their size, their keys, their values, and structures in them', () => {
  const words = (input: object) => wordsOf(mapModel, 'Do', input)
  assert.equal(
    words({ Tags: { a: '', b: '', c: '' } }),
    `${one}: Value '{a=, b=, c=}' at 'tags' ${constraint}: Member must have length less than or equal to 2`,
  )
  assert.equal(
    words({ Tags: { long: 'x' } }),
    `${one}: Value '{long=x}' at 'tags' ${constraint}: Map keys must satisfy constraint: ` +
      '[Member must have length less than or equal to 3, Member must have length greater than or equal to 1]',
  )
  assert.equal(
    words({ Tags: { a: 'A' } }),
    `${one}: Value '{a=A}' at 'tags' ${constraint}: Map value must satisfy constraint: ` +
      '[Member must have length less than or equal to 2, Member must satisfy regular expression pattern: [a-z]*]',
  )
  assert.equal(
    words({ Inner: { a: {} } }),
    `${one}: Value null at 'inner.a.member.a' ${constraint}: Member must not be null`,
  )
  assert.equal(
    words({ Inner: { a: null } }),
    `${one}: Value null at 'inner.a.member' ${constraint}: Member must not be null`,
  )
})

test('a blob is measured in bytes and told by its size', () => {
  assert.equal(
    wordsOf(mapModel, 'Do', { Data: ['AAAA'] }),
    `${one}: Value '[java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]]' at 'data' ${constraint}: ` +
      'Member must satisfy constraint: [Member must have length less than or equal to 2]',
  )
})

const secretModel = readModel(
  JSON.stringify({
    operations: { Do: { input: 'In', errors: [] } },
    shapes: {
      In: {
        type: 'structure',
        members: {
          One: member('Secret'),
          Map: member('SecretMap'),
          List: member('Secrets'),
          Password: member('Inner'),
        },
      },
      Secret: { type: 'structure', members: { Inner: member('Inner') }, sensitive: true },
      Inner: { type: 'structure', members: { A: member('Text') } },
      SecretMap: { type: 'map', key: member('Text'), value: member('Inner'), sensitive: true },
      Secrets: { type: 'list', member: member('Secret') },
      Text: { type: 'string', max: 1 },
    },
    errors: {},
  }),
)

test('what stands inside a secret is secret, keys included', () => {
  const at = (path: string) =>
    `${one}: Value at '${path}' ${constraint}: Member must have length less than or equal to 1`
  const words = (input: object) => wordsOf(secretModel, 'Do', input)
  assert.equal(words({ One: { Inner: { A: 'canary' } } }), at('one.inner.a'))
  assert.equal(words({ Map: { k: { A: 'canary' } } }), at('map.*.member.a'))
  assert.equal(words({ List: [{ Inner: { A: 'canary' } }] }), at('list.1.member.inner.a'))
  assert.equal(words({ Password: { A: 'canary' } }), at('password.a'))
})

test('what holds passes as it came', () => {
  const input = { Name: 'a', SecretString: 's', Tags: [{ Key: 'k', Value: '' }] }
  assert.deepEqual(decode(secretsmanager, 'CreateSecret', input), input)
})
