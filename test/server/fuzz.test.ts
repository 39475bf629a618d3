/**
 * Honest requests, spoiled at random: in their body before they are signed, so that the spoiled part
 * reaches parser and validation, or anywhere in their bytes afterwards. Whatever comes of it is not
 * our fault and not a hang, and the house still answers. A failure names the seed and the request.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { serverLimits } from '../../src/server/limits.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { type Draft, exchange, jsonCall, signedBytes } from './socket.ts'

const seed = 7766
const runs = 250
const atOnce = 50

type Honest = Omit<Draft, 'keys' | 'body'> & { readonly body: string }

const form: Honest['headers'] = [['Content-Type', 'application/x-www-form-urlencoded']]
const token = '"ClientRequestToken":"01234567-89ab-cdef-0123-456789abcdef"'
const policy =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

const honest: readonly Honest[] = [
  {
    headers: jsonCall('secretsmanager.CreateSecret'),
    body: `{"Name":"a/b",${token},"SecretString":"v","Tags":[{"Key":"k","Value":"v"}]}`,
  },
  {
    headers: jsonCall('secretsmanager.PutSecretValue'),
    body: `{"SecretId":"a/b",${token},"SecretBinary":"dg==","VersionStages":["AWSCURRENT"]}`,
  },
  {
    headers: jsonCall('secretsmanager.ListSecrets'),
    body: '{"MaxResults":5,"NextToken":"AA","Filters":[{"Key":"name","Values":["a"]}]}',
  },
  {
    headers: jsonCall('secretsmanager.GetSecretValue'),
    body: '{"SecretId":"arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b-AbCdEf"}',
  },
  {
    service: 'strongroom',
    headers: jsonCall('Strongroom.TailAudit'),
    body: '{"MaxResults":5,"NextToken":"AA"}',
  },
  {
    service: 'iam',
    headers: form,
    body: 'Action=CreateUser&Version=2010-05-08&UserName=u&Path=%2Fp%2F&Tags.member.1.Key=k&Tags.member.1.Value=v',
  },
  {
    service: 'iam',
    headers: form,
    body: `Action=PutUserPolicy&Version=2010-05-08&UserName=u&PolicyName=p&PolicyDocument=${encodeURIComponent(policy)}`,
  },
  {
    service: 'iam',
    headers: form,
    body: 'Action=ListUsers&Version=2010-05-08&MaxItems=5&Marker=AA&PathPrefix=%2F',
  },
  { service: 'sts', headers: form, body: 'Action=GetCallerIdentity&Version=2011-06-15' },
]

const nasty = fc.constantFrom(
  ...['"', '\\', '{', '[', '}', ']', ':', ',', '&', '=', '%', '+', '.', '\0', '\r\n', '\n', ' '],
  ...['null', 'true', '-1', '1e999', '99999999999999999999', '""', '{}', '[]', '__proto__'],
  ...['\\ud800', '\u{1f511}', '%00', '%ff', '\x7f', 'é', 'AWSCURRENT', 'member', '*', '..', '/'],
)

/** One wound: at a place from 0 to 1, so many bytes are taken out and these put in. */
const wound = fc.record({
  at: fc.noBias(fc.integer({ min: 0, max: 999 })).map((n) => n / 1000),
  cut: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })),
  put: fc.oneof(nasty, fc.constant(''), fc.string({ unit: 'binary', maxLength: 6 })),
})
const wounds = fc.array(wound, { minLength: 1, maxLength: 2 })

interface Wound {
  readonly at: number
  readonly cut: number
  readonly put: string
}

const spoil = (bytes: Buffer, by: readonly Wound[]): Buffer =>
  by.reduce((spoiled, { at, cut, put }) => {
    const start = Math.floor(at * spoiled.length)
    const rest = spoiled.subarray(start + cut)
    return Buffer.concat([spoiled.subarray(0, start), Buffer.from(put), rest])
  }, bytes)

let house: TestHouse

before(async () => {
  // A request that lost its end is waited for: not for long here.
  const limits = { ...serverLimits, headersMilliseconds: 200, requestMilliseconds: 400 }
  house = await raiseHouse({ world: { limits } })
})

after(async () => {
  await house[Symbol.asyncDispose]()
})

async function mustBeRefusedWell(bytes: Buffer, name: string): Promise<number> {
  const reply = await exchange(house.port, bytes).catch(() => assert.fail(`${name} hangs`))
  const status = reply?.status ?? 0
  assert.ok(status < 500, `${name} is answered ${status}: ${reply?.body}`)
  assert.doesNotMatch(reply?.body ?? '', /node:|\.ts\b/, name)
  return status
}

/** Sends all of them, some at a time; how often there was which status. */
async function sendAll(requests: readonly Buffer[], kind: string): Promise<Map<number, number>> {
  const counts = new Map<number, number>()
  for (let from = 0; from < requests.length; from += atOnce) {
    const some = requests.slice(from, from + atOnce)
    const statuses = await Promise.all(
      some.map((bytes, index) => mustBeRefusedWell(bytes, `seed ${seed} ${kind} ${from + index}`)),
    )
    for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return counts
}

const sample = () =>
  fc.sample(fc.record({ from: fc.constantFrom(...honest), wounds }), { seed, numRuns: runs })

test(`${runs} requests spoiled before they are signed`, async (t) => {
  const requests = sample().map(({ from, wounds }) =>
    signedBytes({ ...from, keys: house.root, body: spoil(Buffer.from(from.body), wounds) }),
  )
  const counts = await sendAll(requests, 'body')
  t.diagnostic(JSON.stringify(Object.fromEntries(counts)))
  assert.equal(counts.get(0), undefined, 'each gets an answer')
})

test(`${runs} requests spoiled after they were signed`, async (t) => {
  const requests = sample().map(({ from, wounds }) =>
    spoil(signedBytes({ ...from, keys: house.root }), wounds),
  )
  const counts = await sendAll(requests, 'bytes')
  t.diagnostic(JSON.stringify(Object.fromEntries(counts)))
})

test('and the operator has nothing to complain of, and the house answers', async () => {
  assert.deepEqual(house.complaints, [])
  for (const each of honest) {
    const reply = await exchange(house.port, signedBytes({ ...each, keys: house.root }))
    assert.ok(reply && reply.status < 500)
    assert.doesNotMatch(reply.body, /SerializationException|MalformedInput/)
  }
})
