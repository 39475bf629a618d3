import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parsePolicy, readPolicy } from './document.ts'
import { PolicyError, type PolicyReason } from './error.ts'
import type { PolicyKind } from './statement.ts'

const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }
const resourceStatement = { ...statement, Principal: '*' }
const withStatement = (value: unknown): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: value })
const changed = (changes: object): string => withStatement({ ...statement, ...changes })
const withPrincipal = (value: unknown): string => changed({ Principal: value })
const withCondition = (value: unknown): string => changed({ Condition: value })

const refusal = (text: string, kind: PolicyKind): PolicyError => {
  try {
    parsePolicy(text, kind)
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
  return assert.fail(`accepted: ${text}`)
}

const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
const syntax = 'Syntax errors in policy.'
const uncomparable = 'A condition holds a value that its operator cannot compare.'
const invalidPrincipal = 'Invalid principal in policy'

const refused: readonly (readonly [string, PolicyKind, PolicyReason, string])[] = [
  ['{', 'identity', 'json', 'This policy contains invalid Json'],
  ['{"Effect":"Deny","Effect":"Allow"}', 'identity', 'json', 'This policy contains invalid Json'],
  [
    '{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}',
    ...(['identity', 'json', 'This policy contains invalid Json'] as const),
  ],
  ['[]', 'identity', 'shape', syntax],
  ['{}', 'identity', 'shape', syntax],
  [withStatement([]), 'identity', 'shape', syntax],
  [withStatement('x'), 'identity', 'shape', syntax],
  [withStatement(null), 'identity', 'shape', syntax],
  [
    '{"Version":null,"Statement":[]}',
    'identity',
    'version',
    'The policy must contain a valid version string',
  ],
  [
    '{"Version":"2012-10-18","Statement":[]}',
    'identity',
    'version',
    'The policy must contain a valid version string',
  ],
  ['{"statement":[]}', 'identity', 'shape', syntax],
  ['{"__proto__":{},"Statement":[]}', 'identity', 'shape', syntax],
  [changed({ Conditions: {} }), 'identity', 'shape', syntax],
  [changed({ Effect: 'allow' }), 'identity', 'effect', syntax],
  [changed({ Effect: undefined }), 'identity', 'effect', syntax],
  [changed({ Action: undefined }), 'identity', 'action', 'Policy statement must contain actions.'],
  [changed({ Action: null }), 'identity', 'action', syntax],
  [changed({ Action: [] }), 'identity', 'action', syntax],
  [changed({ Action: 7 }), 'identity', 'action', syntax],
  [changed({ NotAction: 'kms:*' }), 'identity', 'action', syntax],
  [changed({ Action: 'Decrypt' }), 'identity', 'action', vendor],
  [changed({ Action: 'k*:Decrypt' }), 'identity', 'action', vendor],
  [changed({ Action: 'kms:' }), 'identity', 'action', vendor],
  [
    changed({ Action: 'kms:A,kms:B' }),
    'identity',
    'action',
    'Actions/Condition can contain only one colon.',
  ],
  [
    changed({ Resource: undefined }),
    'identity',
    'resource',
    'Policy statement must contain resources.',
  ],
  [changed({ NotResource: '*' }), 'identity', 'resource', syntax],
  [
    changed({ Resource: 'secret' }),
    'identity',
    'resource',
    'Resource must be in ARN format or "*".',
  ],
  [
    withStatement({ ...resourceStatement, Resource: 'arn:aws:kms' }),
    ...(['resource', 'resource', 'Resource must be in ARN format or "*".'] as const),
  ],
  [withStatement(resourceStatement), 'trust', 'resource', 'Has prohibited field Resource'],
  [
    withStatement(resourceStatement),
    'identity',
    'principal',
    'Policy document should not specify a principal.',
  ],
  [
    changed({ NotPrincipal: '*' }),
    'boundary',
    'principal',
    'Policy document should not specify a principal.',
  ],
  [withPrincipal(null), 'session', 'principal', 'Policy document should not specify a principal.'],
  [withStatement(statement), 'resource', 'principal', 'Missing required field Principal'],
  [withStatement({ ...resourceStatement, NotPrincipal: '*' }), 'resource', 'principal', syntax],
  [
    changed({ NotPrincipal: '*' }),
    'resource',
    'principal',
    'Allow with NotPrincipal is not supported.',
  ],
  [withPrincipal({}), 'resource', 'principal', invalidPrincipal],
  [withPrincipal('111122223333'), 'resource', 'principal', invalidPrincipal],
  [withPrincipal({ aws: '*' }), 'resource', 'principal', invalidPrincipal],
  [withPrincipal({ AWS: [] }), 'resource', 'principal', syntax],
  [
    withPrincipal({ AWS: 'arn:aws:iam::111122223333:*' }),
    'resource',
    'principal',
    invalidPrincipal,
  ],
  [withPrincipal({ AWS: 'arn:aws:iam::*:root' }), 'resource', 'principal', invalidPrincipal],
  [
    withPrincipal({ AWS: 'arn:aws:iam::111122223333:group/x' }),
    'key',
    'principal',
    invalidPrincipal,
  ],
  [withPrincipal({ AWS: '1111' }), 'key', 'principal', invalidPrincipal],
  [withPrincipal({ Service: '*.amazonaws.com' }), 'key', 'principal', invalidPrincipal],
  [
    changed({ Sid: 'a b' }),
    'identity',
    'sid',
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ],
  [changed({ Sid: 7 }), 'identity', 'sid', syntax],
  [
    withStatement([
      { ...statement, Sid: 'a' },
      { ...statement, Sid: 'a' },
    ]),
    ...(['identity', 'sid', 'Statement IDs (SID) in a single policy must be unique.'] as const),
  ],
  [withCondition([]), 'identity', 'condition', syntax],
  [withCondition({ StringEquals: {} }), 'identity', 'condition', syntax],
  [withCondition({ StringEquals: { 'aws:x': [] } }), 'identity', 'condition', syntax],
  [withCondition({ StringEquals: { 'aws:x': null } }), 'identity', 'condition', syntax],
  [withCondition({ StringEquals: { 'aws:x': 2 ** 60 } }), 'identity', 'condition', syntax],
  [
    withCondition({ StringMatches: { 'aws:x': 'a' } }),
    'identity',
    'condition',
    'Invalid Condition type.',
  ],
  [
    withCondition({ constructor: { 'aws:x': 'a' } }),
    'identity',
    'condition',
    'Invalid Condition type.',
  ],
  [withCondition({ StringEquals: { username: 'a' } }), 'identity', 'condition', vendor],
  [withCondition({ NumericEquals: { 'aws:x': 'a' } }), 'identity', 'condition', uncomparable],
  [withCondition({ DateEquals: { 'aws:x': '2026-02-30' } }), 'identity', 'condition', uncomparable],
  [withCondition({ IpAddress: { 'aws:x': '10.0.0.0/33' } }), 'identity', 'condition', uncomparable],
  [withCondition({ Bool: { 'aws:x': 'yes' } }), 'identity', 'condition', uncomparable],
  [withCondition({ BinaryEquals: { 'aws:x': '=' } }), 'identity', 'condition', uncomparable],
  [withCondition({ ArnLike: { 'aws:x': '*' } }), 'identity', 'condition', uncomparable],
  [
    changed({ Action: '\u212aMS:Decrypt' }),
    'identity',
    'charset',
    'The policy holds characters that are not allowed.',
  ],
  [
    changed({ Sid: 'a\u0001' }),
    'identity',
    'charset',
    'The policy holds characters that are not allowed.',
  ],
  [
    JSON.stringify({ Id: 'κ', Statement: statement }),
    'identity',
    'charset',
    'The policy holds characters that are not allowed.',
  ],
]

test('each rule is refused with its reason and words', () => {
  for (const [text, kind, reason, words] of refused) {
    const error = refusal(text, kind)
    assert.deepEqual([error.reason, error.message], [reason, words], text)
  }
})

test('the error says which statement, and nothing that stands in it', () => {
  const canary = 'canary-7f3a'
  const text = withStatement([statement, { ...statement, Action: canary }])
  const error = refusal(text, 'identity')
  assert.equal(error.statement, 1)
  assert.equal(error.message.includes(canary), false)
  assert.equal(
    refusal(withStatement([statement, { ...statement, Effect: 'x' }]), 'key').statement,
    0,
  )
})

test('each kind has its size, white space not counted', () => {
  const sizes: readonly (readonly [PolicyKind, number])[] = [
    ['identity', 10_240],
    ['boundary', 6_144],
    ['session', 2_048],
    ['resource', 20_480],
    ['key', 32_768],
  ]
  for (const [kind, charsMax] of sizes) {
    const base = kind === 'resource' || kind === 'key' ? resourceStatement : statement
    const textOf = (chars: number): string => {
      const empty = withStatement({ ...base, Sid: '' })
      return withStatement({ ...base, Sid: 'x'.repeat(chars - empty.length) })
    }
    assert.equal(parsePolicy(`${textOf(charsMax)}${' '.repeat(99)}`, kind).statements.length, 1)
    assert.equal(refusal(textOf(charsMax + 1), kind).reason, 'size')
  }
})

test('statements and values are bounded, and a huge text is not even parsed', () => {
  const many = Array.from({ length: 1_001 }, () => ({ Effect: 'Deny', Action: '*', Resource: '*' }))
  assert.throws(() => readPolicy(withStatement(many), 'identity'), {
    message: 'Too many statements.',
  })
  const values = Array.from({ length: 4_001 }, (_, at) => `a${at}`)
  assert.throws(() => readPolicy(changed({ Action: values }), 'identity'), {
    message: 'Too many values.',
  })
  assert.throws(() => readPolicy('['.repeat(200_000), 'identity'), {
    message: 'The policy is too large.',
  })
})

test('what AWS accepts in its own examples is accepted', () => {
  const accepted: readonly (readonly [object, PolicyKind])[] = [
    [statement, 'identity'],
    [
      { ...statement, Action: ['kms:*', 'secretsmanager:Get*'], Resource: ['arn:aws:sqs'] },
      'session',
    ],
    [{ ...resourceStatement, Sid: 'Enable IAM User Permissions' }, 'key'],
    [{ ...statement, Principal: { AWS: ['111122223333', '*'] } }, 'endpoint'],
    [{ ...statement, Principal: { AWS: 'AROAEXAMPLEAPP' } }, 'resource'],
    [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      'trust',
    ],
    [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.example.com' },
        Condition: { StringEquals: { 'token.example.com:aud': 'sts.amazonaws.com' } },
      },
      'trust',
    ],
    [
      { ...statement, Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': false } } },
      'identity',
    ],
    [
      {
        ...statement,
        Condition: { NumericLessThan: { 'secretsmanager:RecoveryWindowInDays': 7 } },
      },
      'identity',
    ],
  ]
  for (const [value, kind] of accepted) {
    assert.equal(parsePolicy(withStatement([value]), kind).statements.length, 1)
    assert.equal(parsePolicy(withStatement(value), kind).statements.length, 1)
  }
})

test('no text does anything but parse or throw a PolicyError', () => {
  const words = [
    'Statement',
    'Effect',
    'Allow',
    'Action',
    'Principal',
    'Condition',
    '__proto__',
    '*',
  ]
  const key = fc.constantFrom(...words)
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(key, fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }))
  const kinds: PolicyKind[] = ['identity', 'resource', 'trust']
  fc.assert(
    fc.property(tree, fc.constantFrom(...kinds), (value, kind) => {
      try {
        parsePolicy(withStatement(value), kind)
      } catch (error) {
        assert.ok(error instanceof PolicyError)
      }
    }),
    { numRuns: 2_000 },
  )
})
