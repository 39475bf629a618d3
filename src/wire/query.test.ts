import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { iam } from '../contract/generated/iam.ts'
import { sts } from '../contract/generated/sts.ts'
import { readModel, type ServiceModel } from '../contract/model.ts'
import { utf8 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import { query, readAction } from './query.ts'

const decode = (model: ServiceModel, operation: string, parameters: string) =>
  query.decode(
    model,
    operation,
    utf8(`Action=${operation}&Version=${model.apiVersion}&${parameters}`),
  )

const isFault = (code: string, words: string) => (error: unknown) => {
  assert.ok(error instanceof Fault)
  assert.deepEqual([error.code, error.message], [code, words])
  return true
}

test('the action is read before anything is known', () => {
  assert.deepEqual(readAction(utf8('Version=2011-06-15&Action=GetCallerIdentity')), {
    operation: 'GetCallerIdentity',
    version: '2011-06-15',
  })
  assert.deepEqual(readAction(utf8('Action=A')), { operation: 'A', version: '' })
})

test('a form without an action says so', () => {
  for (const body of ['', 'Action=', 'Version=1', 'Action.x=GetUser']) {
    assert.throws(
      () => readAction(utf8(body)),
      isFault('MissingActionException', 'The request must contain the parameter Action'),
    )
  }
})

test('an action or version that the service lacks', () => {
  const words = (name: string, version: string) =>
    isFault('UnknownOperationException', `Could not find operation ${name} for version ${version}`)
  const ask = (text: string, operation = 'GetUser') => query.decode(iam, operation, utf8(text))
  assert.throws(() => ask('Action=GetUser&Version=2012-01-01'), words('GetUser', '2012-01-01'))
  assert.throws(() => ask('Action=GetUser'), words('GetUser', ''))
  assert.throws(
    () => ask('Action=AssumeRole&Version=2010-05-08', 'AssumeRole'),
    words('AssumeRole', '2010-05-08'),
  )
  assert.throws(
    () => ask('Action=__proto__&Version=2010-05-08', '__proto__'),
    words('__proto__', '2010-05-08'),
  )
  assert.throws(
    () => ask('Action=DeleteUser&Version=2010-05-08&UserName=a', 'GetUser'),
    words('DeleteUser', '2010-05-08'),
  )
  assert.throws(
    () => ask(`Action=${'x'.repeat(500)}&Version=1`, 'x'.repeat(500)),
    words('x'.repeat(128), '1'),
  )
})

test('members, structures in lists, scalars in lists', () => {
  assert.deepEqual(
    decode(
      sts,
      'AssumeRole',
      'RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&RoleSessionName=me&DurationSeconds=900' +
        '&Tags.member.1.Key=team&Tags.member.1.Value=&Tags.member.2.Key=b&Tags.member.2.Value=c+d' +
        '&TransitiveTagKeys.member.1=team&X-Amz-Signature=ignored',
    ),
    {
      RoleArn: 'arn:aws:iam::123456789012:role/r',
      RoleSessionName: 'me',
      DurationSeconds: 900,
      Tags: [
        { Key: 'team', Value: '' },
        { Key: 'b', Value: 'c d' },
      ],
      TransitiveTagKeys: ['team'],
    },
  )
})

test('an empty list is written as an empty value', () => {
  assert.deepEqual(decode(iam, 'CreateUser', 'UserName=a&Tags='), { UserName: 'a', Tags: [] })
})

test('booleans', () => {
  const reset = (text: string) => decode(iam, 'CreateLoginProfile', `UserName=a&${text}`)
  assert.equal(reset('PasswordResetRequired=true').PasswordResetRequired, true)
  assert.equal(reset('PasswordResetRequired=false').PasswordResetRequired, false)
})

const member = (shape: string, more = {}) => ({ shape, ...more })
const model = readModel(
  JSON.stringify({
    id: 'Things',
    apiVersion: '1',
    xmlNamespace: 'https://things.example/',
    operations: { Do: { input: 'In', output: 'In', resultWrapper: 'DoResult', errors: [] } },
    shapes: {
      In: {
        type: 'structure',
        members: {
          Bytes: member('Blob'),
          At: member('Timestamp'),
          Real: member('Double'),
          Whole: member('Integer'),
          Yes: member('Boolean'),
          Map: member('Map'),
          FlatMap: member('FlatMap'),
          Flat: member('Flat'),
          Renamed: member('String', { locationName: 'Other' }),
          Items: member('Items'),
          Inner: member('In'),
        },
      },
      Blob: { type: 'blob' },
      Timestamp: { type: 'timestamp' },
      Double: { type: 'double' },
      Integer: { type: 'integer' },
      Boolean: { type: 'boolean' },
      String: { type: 'string' },
      Map: { type: 'map', key: member('String'), value: member('Integer') },
      FlatMap: {
        type: 'map',
        key: member('String', { locationName: 'K' }),
        value: member('String', { locationName: 'V' }),
        flattened: true,
      },
      Flat: { type: 'list', member: member('String'), flattened: true },
      Items: { type: 'list', member: member('String', { locationName: 'item' }) },
    },
    errors: {},
  }),
)

test('every other form that the protocol has', () => {
  const input = decode(
    model,
    'Do',
    'Bytes=AP8%3D&At=2015-08-30T12:36:00Z&Real=-0.5e1&Yes=true&Map.entry.1.key=__proto__' +
      '&Map.entry.1.value=7&FlatMap.1.K=k&FlatMap.1.V=v&Flat.1=a&Flat.2=b&Other=o&Items.item.1=i' +
      '&Inner.Inner.Whole=-3&Renamed=ignored',
  )
  assert.deepEqual(Object.entries(input.Map as object), [['__proto__', 7]])
  assert.deepEqual({ ...(input.FlatMap as object) }, { k: 'v' })
  const { Map: _map, FlatMap: _flatMap, ...rest } = input
  assert.deepEqual(rest, {
    Bytes: Buffer.from([0, 255]),
    At: Date.UTC(2015, 7, 30, 12, 36),
    Real: -5,
    Yes: true,
    Flat: ['a', 'b'],
    Renamed: 'o',
    Items: ['i'],
    Inner: { Inner: { Whole: -3 } },
  })
})

const gap = 'The members of a list are numbered from 1'
const refusals: readonly (readonly [string, string])[] = [
  ['Whole=', 'STRING_VALUE can not be converted to an Integer'],
  ['Whole=1.5', 'STRING_VALUE can not be converted to an Integer'],
  ['Whole=0x10', 'STRING_VALUE can not be converted to an Integer'],
  ['Whole=01', 'STRING_VALUE can not be converted to an Integer'],
  ['Whole=2147483648', 'STRING_VALUE can not be converted to an Integer'],
  ['Real=Infinity', 'STRING_VALUE can not be converted to a Double'],
  ['Real=1e999', 'STRING_VALUE can not be converted to a Double'],
  ['Yes=True', 'STRING_VALUE can not be converted to a Boolean'],
  ['Yes=1', 'STRING_VALUE can not be converted to a Boolean'],
  ['Bytes=AP8', 'STRING_VALUE can not be converted to a Blob'],
  ['At=1440938160', 'timestamp must follow ISO8601'],
  ['At=2015-02-30T00:00:00Z', 'timestamp must follow ISO8601'],
  ['Other.x=1', 'Start of structure or map found where not expected.'],
  ['Items=a', 'Unexpected value of a complex member'],
  ['Inner=a', 'Unexpected value of a complex member'],
  ['Items.item.2=a', gap],
  ['Items.item.0=a', gap],
  ['Items.item.01=a', gap],
  ['Items.item.1=a&Items.item.3=c', gap],
  ['Items.item.99999999999=a', gap],
  ['Items.member.1=a', gap],
  ['Flat.x=a', gap],
  ['Map.entry.1.key=a', gap],
  ['Map.entry.1.value=1', gap],
  [
    'Map.entry.1.key=a&Map.entry.1.value=1&Map.entry.2.key=a&Map.entry.2.value=1',
    'A map key occurs twice',
  ],
]

for (const [parameters, words] of refusals) {
  test(`${parameters} is refused: ${words}`, () => {
    assert.throws(() => decode(model, 'Do', parameters), isFault('SerializationException', words))
  })
}

test('constraints are the same as in JSON', () => {
  assert.throws(
    () => decode(sts, 'AssumeRole', 'RoleArn=short&Tags.member.1.Key=k'),
    isFault(
      'ValidationException',
      "3 validation errors detected: Value 'short' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; " +
        "Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
    ),
  )
})

test('a token that is refused is not repeated', () => {
  const parameters = `RoleArn=${'r'.repeat(20)}&RoleSessionName=me&WebIdentityToken=can`
  assert.throws(
    () => decode(sts, 'AssumeRoleWithWebIdentity', parameters),
    isFault(
      'ValidationException',
      "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
    ),
  )
})

test('an answer with a result, a map and lists', () => {
  const output = {
    Bytes: new Uint8Array([0, 255]),
    At: Date.UTC(2015, 7, 30, 12, 36, 0, 123),
    Real: 0.5,
    Yes: false,
    Map: { a: 1 },
    FlatMap: { k: 'v' },
    Flat: ['a', 'b'],
    Renamed: '',
    Items: [],
    Inner: {},
    sealed: 'canary',
  }
  assert.deepEqual(query.encode(model, 'Do', output, 'request-1'), {
    status: 200,
    headers: { 'x-amzn-RequestId': 'request-1', 'Content-Type': 'text/xml' },
    body:
      '<DoResponse xmlns="https://things.example/"><DoResult><Bytes>AP8=</Bytes>' +
      '<At>2015-08-30T12:36:00Z</At><Real>0.5</Real><Yes>false</Yes>' +
      '<Map><entry><key>a</key><value>1</value></entry></Map>' +
      '<FlatMap><K>k</K><V>v</V></FlatMap><Flat>a</Flat><Flat>b</Flat>' +
      '<Other/><Items/><Inner/></DoResult>' +
      '<ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></DoResponse>',
  })
})

test('an answer without output is only its metadata', () => {
  assert.equal(
    query.encode(iam, 'DeleteUser', {}, 'request-1').body,
    '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
      '<ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></DeleteUserResponse>',
  )
})

test('half a character takes no whole one with it', () => {
  const encoded = query.encode(iam, 'GetUser', { User: { UserName: 'x\udc00y' } }, 'r').body
  assert.match(String(encoded), /<UserName>x\ufffdy</)
  const refused = query.fault(new Fault('NoSuchEntity', 'x\udc00y'), 'r', iam, 'GetUser').body
  assert.match(String(refused), /<Message>x\ufffdy</)
})

test('a fault names its sender', () => {
  const fault = new Fault('NoSuchEntity', 'The user with name a & b cannot be found.')
  assert.deepEqual(query.fault(fault, 'request-1', iam, 'GetUser'), {
    status: 404,
    headers: { 'x-amzn-RequestId': 'request-1', 'Content-Type': 'text/xml' },
    body:
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
      '<Code>NoSuchEntity</Code><Message>The user with name a &amp; b cannot be found.</Message>' +
      '</Error><RequestId>request-1</RequestId></ErrorResponse>',
  })
})

test('what is our fault says that it is, and no more', () => {
  const { status, body } = query.fault(new Fault('Whatever', 'canary'), 'request-1')
  assert.equal(status, 500)
  assert.equal(
    body,
    '<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"><Error>' +
      '<Type>Receiver</Type><Code>InternalFailure</Code></Error>' +
      '<RequestId>request-1</RequestId></ErrorResponse>',
  )
})

for (const service of [iam, sts]) {
  test(`whatever form comes, ${service.id} gives an input or a Fault`, () => {
    const members = Object.values(service.shapes).flatMap((shape) =>
      shape.type === 'structure' ? Object.keys(shape.members) : [],
    )
    const step = fc.oneof(
      fc.constantFrom(...new Set(members), 'member', 'entry', '1', '2', '__proto__'),
      fc.string({ maxLength: 3 }),
    )
    const name = fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => steps.join('.'))
    const form = fc
      .array(fc.tuple(name, fc.string()), { maxLength: 8 })
      .map((pairs) => new URLSearchParams(pairs).toString())
    const operation = fc.constantFrom(...Object.keys(service.operations))
    fc.assert(
      fc.property(operation, form, (asked, parameters) => {
        try {
          decode(service, asked, parameters)
        } catch (error) {
          assert.ok(error instanceof Fault)
          assert.match(error.code, /^(Serialization|Validation|UnknownOperation)Exception$/)
          assert.equal(query.fault(error, 'r', service, asked).status, 400)
        }
      }),
      { numRuns: 500 },
    )
  })
}
