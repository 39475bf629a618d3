import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { amzDate, minuteMs } from '../lib/clock.ts'
import { canonicalRequest, scopeText, stringToSign } from '../sigv4/canonical.ts'
import { deriveSigningKey, SigningKeys, signatureOf } from '../sigv4/key.ts'
import { type RawHeaders, type RawRequest, readHeaders } from '../sigv4/request.ts'
import { presignRequest, type Signer, signRequest } from '../sigv4/sign.ts'
import { authenticator, type Ports, type Signed } from './authenticator.ts'
import type { Credential } from './credential.ts'

const now = Date.UTC(2026, 0, 2, 3, 4, 5)
const longTerm = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'long-term secret' }
const session = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'temporary secret',
  sessionToken: 'token//of+the=session',
}
const known = new Map<string, Signer>([longTerm, session].map((key) => [key.accessKeyId, key]))
const signingKeys = new SigningKeys()

function credential({ accessKeyId, secretAccessKey, sessionToken }: Signer): Credential {
  return {
    accessKeyId,
    signingKey: (day, region, service) =>
      signingKeys.get(accessKeyId, { day, region, service }, () => secretAccessKey),
    ...(sessionToken !== undefined && { token: sessionToken, expiresAt: now + minuteMs }),
  }
}

const ports: Ports = {
  credentials: {
    find: async (accessKeyId) => {
      const key = known.get(accessKeyId)
      return key && credential(key)
    },
  },
  clock: { now: () => now },
  accepts: (service, region) =>
    ['secretsmanager', 'kms', 'sts', 'lambda'].includes(service) && region === 'eu-west-1',
}

const json: RawHeaders = [
  ['Host', 'localhost:7766'],
  ['Content-Type', 'application/x-amz-json-1.1'],
  ['X-Amz-Target', 'secretsmanager.GetSecretValue'],
]

const plain = {
  method: 'POST',
  target: '/',
  headers: json,
  body: Buffer.from('{"SecretId":"a"}'),
  credentials: longTerm as Signer,
  region: 'eu-west-1',
  service: 'secretsmanager',
  at: now,
}

function signed(change: Partial<typeof plain> & { declareHash?: boolean } = {}): RawRequest {
  const request = { ...plain, ...change }
  const { headers } = signRequest(request)
  return { method: request.method, target: request.target, headers, body: request.body }
}

const asked = {
  ...plain,
  method: 'GET',
  target: '/?Action=GetCallerIdentity&Version=2011-06-15',
  headers: [['Host', 'localhost:7766']] as RawHeaders,
  body: Buffer.alloc(0),
  service: 'sts',
  expiresSeconds: 60,
}

function presigned(change: Partial<typeof asked> = {}): RawRequest {
  const request = { ...asked, ...change }
  const { target } = presignRequest(request)
  return { method: request.method, target, headers: request.headers, body: request.body }
}

const authenticate = async (
  request: RawRequest,
  expectedService?: string,
  change: Partial<Ports> = {},
): Promise<Signed> => authenticator({ ...ports, ...change })(request, expectedService)

const refuses = (request: RawRequest, code: string, message: string, service?: string) =>
  assert.rejects(authenticate(request, service), { name: 'Fault', code, message })

/** The request with one header's value rewritten after signing. */
const rewritten = (request: RawRequest, header: string, from: string, to: string): RawRequest => ({
  ...request,
  headers: request.headers.map(([name, value]) => [
    name,
    name === header ? value.replace(from, to) : value,
  ]),
})

const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const unknownClient = 'The security token included in the request is invalid.'

test('a signed request tells the key, the scope and the time, and nothing else', async () => {
  assert.deepEqual(await authenticate(signed(), 'secretsmanager'), {
    accessKeyId: longTerm.accessKeyId,
    service: 'secretsmanager',
    region: 'eu-west-1',
    signedAt: now,
    presigned: false,
  })
})

test('a presigned question tells that it was presigned', async () => {
  const { presigned: isPresigned, service } = await authenticate(presigned())
  assert.equal(isPresigned, true)
  assert.equal(service, 'sts')
})

test('no signature at all', () =>
  refuses({ ...plain }, 'MissingAuthenticationTokenException', 'Missing Authentication Token'))

test('an empty Authorization header is no signature', () =>
  refuses(
    { ...plain, headers: [...json, ['Authorization', ' ']] },
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
  ))

test('every field that the Authorization header lacks is named, and its value is not repeated', () =>
  refuses(
    {
      ...plain,
      headers: [...json, ['Authorization', 'AWS4-HMAC-SHA256 SignedHeaders=host']],
    },
    'IncompleteSignatureException',
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
  ))

const spoiltAuthorization: readonly (readonly [
  why: string,
  from: string,
  to: string,
  message: string,
])[] = [
  ['another algorithm', 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA512', "Unsupported AWS 'algorithm'."],
  [
    'a field that nobody knows',
    ', Signature',
    ', X=1, Signature',
    'Not a valid key=value pair in Authorization header.',
  ],
  [
    'a field twice',
    ', Signature',
    ', SignedHeaders=host, Signature',
    'Not a valid key=value pair in Authorization header.',
  ],
  [
    'a piece without an equal sign',
    ', Signature',
    ', Signature ,Signature',
    'Not a valid key=value pair in Authorization header.',
  ],
  [
    'six elements of a credential',
    '/aws4_request',
    '/x/aws4_request',
    'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term',
  ],
]

for (const [why, from, to, message] of spoiltAuthorization) {
  test(`an Authorization header with ${why} is incomplete`, () =>
    refuses(
      rewritten(signed(), 'Authorization', from, to),
      'IncompleteSignatureException',
      message,
    ))
}

const spoiltScope: readonly (readonly [why: string, from: string, to: string, message: string])[] =
  [
    [
      'another terminator',
      'aws4_request',
      'aws4',
      "Credential should be scoped with a valid terminator: 'aws4_request'.",
    ],
    [
      'another day',
      '20260102',
      '20260101',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    ],
    [
      'a region not served',
      'eu-west-1',
      'mars-1',
      'Credential should be scoped to a valid region. ',
    ],
    [
      'unsorted signed headers',
      'host;x-amz-date',
      'x-amz-date;host',
      "'SignedHeaders' must be lower case, sorted, without repetition, and name headers of the request.",
    ],
    [
      'a signed header that is not there',
      'host;',
      'host;x-absent;',
      "'SignedHeaders' must be lower case, sorted, without repetition, and name headers of the request.",
    ],
    [
      'host unsigned',
      'host;',
      '',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'the target unsigned',
      ';x-amz-target',
      '',
      "'x-amz-*' must be a 'SignedHeader' in the AWS Authorization.",
    ],
  ]

for (const [why, from, to, message] of spoiltScope) {
  test(`an Authorization header with ${why} is invalid`, () =>
    refuses(rewritten(signed(), 'Authorization', from, to), 'InvalidSignatureException', message))
}

test('a header from x-amz-* that a hop adds is refused, the trace id of a proxy is not', async () => {
  const request = signed()
  const added = (name: string): RawRequest => ({
    ...request,
    headers: [...request.headers, [name, 'x']],
  })
  await refuses(
    added('X-Amz-Extra'),
    'InvalidSignatureException',
    "'x-amz-*' must be a 'SignedHeader' in the AWS Authorization.",
  )
  await authenticate(added('X-Amzn-Trace-Id'))
})

test('a scope of another service than the one that is asked is refused', () =>
  refuses(
    signed({ service: 'kms' }),
    'InvalidSignatureException',
    "Credential should be scoped to correct service: 'secretsmanager'. ",
    'secretsmanager',
  ))

for (const target of ['//', '/./', '/?', '/?Action=x', '', 'http://localhost/', '/%00', '/a']) {
  test(`the target ${target} is not /, whatever it canonicalises to`, () =>
    refuses(
      signed({ target }),
      'InvalidSignatureException',
      'The request target is not one that this service signs.',
    ))
}

test('a service may sign other targets by its own rule, and only by that', async () => {
  const targets = new Map([['lambda', (target: string) => target.startsWith('/2015-03-31/')]])
  const request = signed({ service: 'lambda', target: '/2015-03-31/functions/a%3Ab?Marker=x' })
  assert.equal((await authenticate(request, 'lambda', { targets })).service, 'lambda')
  await assert.rejects(authenticate(signed({ service: 'lambda' }), 'lambda', { targets }), {
    code: 'InvalidSignatureException',
  })
  await assert.rejects(authenticate(request, 'lambda'), { code: 'InvalidSignatureException' })
})

test('the window is fifteen minutes to either side, its edges included', async () => {
  await authenticate(signed({ at: now - 15 * minuteMs }))
  await authenticate(signed({ at: now + 15 * minuteMs }))
  await refuses(
    signed({ at: now - 15 * minuteMs - 1000 }),
    'InvalidSignatureException',
    'Signature expired: 20260102T024904Z is now earlier than 20260102T024905Z (20260102T030405Z - 15 min.)',
  )
  await refuses(
    signed({ at: now + 15 * minuteMs + 1000 }),
    'InvalidSignatureException',
    'Signature not yet current: 20260102T031906Z is still later than 20260102T031905Z (20260102T030405Z + 15 min.)',
  )
})

test('a date that does not print as it was read is no date', async () => {
  const impossible = [
    '20260230T030405Z',
    '20260102T250405Z',
    '20260102t030405z',
    '2026-01-02T03:04:05Z',
  ]
  for (const date of impossible) {
    await refuses(
      rewritten(signed(), 'X-Amz-Date', amzDate(now), date),
      'InvalidSignatureException',
      "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601",
    )
  }
})

/** A request signed at `now` without X-Amz-Date, and a Date header put on it that is not even signed. */
function dated(date: string): RawRequest {
  const { region, service, method, body } = plain
  const scope = { day: '20260102', region, service }
  const signedHeaders = ['content-type', 'host', 'x-amz-target']
  const parts = { method, path: '/', query: '', headers: readHeaders(json), signedHeaders }
  const text = stringToSign(amzDate(now), scope, canonicalRequest(parts, hash('sha256', body)))
  const signature = signatureOf(deriveSigningKey(longTerm.secretAccessKey, scope), text)
  const authorization = `AWS4-HMAC-SHA256 Credential=${longTerm.accessKeyId}/${scopeText(scope)},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`
  return { ...plain, headers: [...json, ['Date', date], ['Authorization', authorization]] }
}

test('a Date header stands in for X-Amz-Date in both its forms', async () => {
  await authenticate(dated(amzDate(now)))
  await authenticate(dated(new Date(now).toUTCString()))
  await refuses(dated(new Date(now + 1000).toUTCString()), 'InvalidSignatureException', mismatch)
})

test('an unknown key id and one that is no key id are answered alike', async () => {
  for (const accessKeyId of ['AKIAUNKNOWN', '../../etc', 'constructor', 'A'.repeat(129)]) {
    const credentials = { ...longTerm, accessKeyId: accessKeyId.replaceAll('/', '_') }
    await refuses(signed({ credentials }), 'UnrecognizedClientException', unknownClient)
  }
})

test('what is no key id is not looked up', async () => {
  const credentials = { find: () => assert.fail('hostile text reached the port') }
  const request = signed({ credentials: { ...longTerm, accessKeyId: '..\\a b' } })
  await assert.rejects(authenticate(request, undefined, { credentials }), {
    code: 'UnrecognizedClientException',
  })
})

test('the secret of nobody opens nothing', () =>
  refuses(
    signed({ credentials: { accessKeyId: 'nobody', secretAccessKey: '' } }),
    'UnrecognizedClientException',
    unknownClient,
  ))

test('a wrong secret is a mismatch', () =>
  refuses(
    signed({ credentials: { ...longTerm, secretAccessKey: 'wrong' } }),
    'InvalidSignatureException',
    mismatch,
  ))

test('a declared hash must be that of the body', async () => {
  const request = signed({ declareHash: true })
  await authenticate(request)
  await refuses({ ...request, body: Buffer.from('{}') }, 'InvalidSignatureException', mismatch)
  for (const declared of [
    'UNSIGNED-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    '',
    '0'.repeat(64),
  ]) {
    const headers: RawHeaders = [...json, ['X-Amz-Content-Sha256', declared]]
    await refuses(signed({ headers }), 'InvalidSignatureException', mismatch)
  }
})

test('what decides must stand in the form that is signed', async () => {
  for (const name of ['X-Amz-Target', 'Content-Type', 'Host']) {
    const headers = json.map(([key, value]) => [key, key === name ? `${value}  x` : value] as const)
    await refuses(signed({ headers }), 'InvalidSignatureException', mismatch)
  }
  await authenticate(signed({ headers: [...json, ['X-Note', 'two  blanks']] }))
})

test('a signed header holds ASCII only', () =>
  refuses(
    signed({ headers: [...json, ['X-Note', 'caf\u00e9']] }),
    'InvalidSignatureException',
    mismatch,
  ))

test('a session goes with its own token', async () => {
  const told = await authenticate(signed({ credentials: session }))
  assert.equal(told.sessionToken, session.sessionToken)
})

const tokens: readonly (readonly [why: string, credentials: Signer])[] = [
  ['a session without its token', { ...session, sessionToken: undefined }],
  ['a session with another token', { ...session, sessionToken: 'token//of+the=sessioN' }],
  ['a session with an empty token', { ...session, sessionToken: '' }],
  ['a long-term key with a token', { ...longTerm, sessionToken: session.sessionToken }],
  ['a long-term key with an empty token', { ...longTerm, sessionToken: '' }],
]

for (const [why, credentials] of tokens) {
  test(`${why} is unknown, in a header and in the query`, async () => {
    await refuses(signed({ credentials }), 'UnrecognizedClientException', unknownClient)
    await refuses(presigned({ credentials }), 'UnrecognizedClientException', unknownClient)
  })
}

test('a token that was not signed is refused before it is compared', () =>
  refuses(
    rewritten(signed({ credentials: session }), 'Authorization', ';x-amz-security-token', ''),
    'InvalidSignatureException',
    "'x-amz-*' must be a 'SignedHeader' in the AWS Authorization.",
  ))

test('a session ends at its very millisecond, and only its holder is told', async () => {
  const request = signed({ credentials: session })
  const clock = (at: number) => ({ clock: { now: () => at } })
  await authenticate(request, undefined, clock(now + minuteMs - 1))
  await assert.rejects(authenticate(request, undefined, clock(now + minuteMs)), {
    code: 'ExpiredTokenException',
    message: 'The security token included in the request is expired',
  })
  const forged = signed({ credentials: { ...session, secretAccessKey: 'wrong' } })
  await assert.rejects(authenticate(forged, undefined, clock(now + minuteMs)), {
    code: 'InvalidSignatureException',
    message: mismatch,
  })
})

test('a presigned URL holds for as long as it says and not a millisecond longer', async () => {
  const clock = (at: number) => ({ clock: { now: () => at } })
  await authenticate(presigned(), undefined, clock(now + 59_999))
  await assert.rejects(authenticate(presigned(), undefined, clock(now + 60_000)), {
    code: 'InvalidSignatureException',
    message:
      'Signature expired: 20260102T030405Z is now earlier than 20260102T030405Z (20260102T030505Z - 1 min.)',
  })
  await assert.rejects(
    authenticate(presigned({ expiresSeconds: 7 }), undefined, clock(now + 8_000)),
    {
      message:
        'Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030413Z - 7 sec.)',
    },
  )
})

const callerIdentityOnly = 'A presigned request can only be GetCallerIdentity of sts, without body.'

test('a presigned URL asks who somebody is and nothing else', async () => {
  const others: readonly Partial<typeof asked>[] = [
    { target: '/?Action=GetSessionToken' },
    { target: '/' },
    { service: 'secretsmanager' },
    { method: 'POST', body: Buffer.from('Action=AssumeRole') },
  ]
  for (const other of others) {
    await refuses(presigned(other), 'InvalidSignatureException', callerIdentityOnly)
  }
  await authenticate(presigned({ method: 'POST' }))
})

test('a presigned URL has the path /', () =>
  refuses(
    presigned({ target: '//?Action=GetCallerIdentity' }),
    'InvalidSignatureException',
    'The request target is not one that this service signs.',
  ))

test('a presigned URL takes its service from nowhere else', () =>
  refuses(
    presigned(),
    'InvalidSignatureException',
    "Credential should be scoped to correct service: 'secretsmanager'. ",
    'secretsmanager',
  ))

for (const expires of ['0', '-1', '604801', '60.0', '+60', '6e1', '060', '9999999']) {
  test(`${expires} is no number of seconds for a presigned URL`, () => {
    const request = presigned()
    const target = request.target.replace('Expires=60', `Expires=${encodeURIComponent(expires)}`)
    return refuses(
      { ...request, target },
      'InvalidSignatureException',
      "'X-Amz-Expires' must be between 1 and 604800 seconds.",
    )
  })
}

const lacks = (name: string): string =>
  `AWS query-string parameters must include '${name}'. Re-examine the query-string parameters.`

for (const name of ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date', 'Expires']) {
  test(`a presigned URL needs X-Amz-${name}, in this case`, async () => {
    const request = presigned()
    const parameter = new RegExp(`&X-Amz-${name}=[^&]*`)
    const without = { ...request, target: request.target.replace(parameter, '') }
    const lower = { ...request, target: request.target.replace(`X-Amz-${name}`, `x-amz-${name}`) }
    await refuses(without, 'IncompleteSignatureException', lacks(`X-Amz-${name}`))
    await refuses(lower, 'IncompleteSignatureException', lacks(`X-Amz-${name}`))
  })
}

test('a presigned URL of another algorithm is refused', () => {
  const request = presigned()
  const target = request.target.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA512')
  return refuses(
    { ...request, target },
    'IncompleteSignatureException',
    "Unsupported AWS 'algorithm'.",
  )
})

test('a parameter twice, in whatever case or encoding, is refused', async () => {
  const request = presigned()
  for (const twin of [
    'action=AssumeRole',
    '%41ction=AssumeRole',
    'Action=GetCallerIdentity',
    'x-amz-date=1',
  ]) {
    await refuses(
      { ...request, target: `${request.target}&${twin}` },
      'IncompleteSignatureException',
      'AWS query-string parameters must not occur more than once.',
    )
  }
})

test('a parameter in another than its canonical form is refused', async () => {
  const request = presigned()
  const forms: readonly (readonly [from: string, to: string])[] = [
    ['%2F', '/'],
    ['%2F', '%2f'],
    ['GetCallerIdentity', 'GetCallerIdentit%79'],
    ['/?', '/?&'],
  ]
  for (const [from, to] of forms) {
    const target = request.target.replace(from, to)
    await refuses({ ...request, target }, 'InvalidSignatureException', mismatch)
  }
})

const oneMechanism =
  "Only one auth mechanism allowed; only the 'X-Amz-Algorithm' query parameter or the Authorization header should be specified."

test('a presigned URL with a second date, token or signature in its headers is refused', async () => {
  const rivals: RawHeaders = [
    ['X-Amz-Date', amzDate(now)],
    ['X-Amz-Security-Token', session.sessionToken],
    ['Authorization', 'AWS4-HMAC-SHA256 Credential=x'],
  ]
  for (const rival of rivals) {
    const request = presigned()
    await refuses(
      { ...request, headers: [...request.headers, rival] },
      'IncompleteSignatureException',
      oneMechanism,
    )
  }
})
