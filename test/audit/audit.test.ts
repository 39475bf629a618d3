/** One record per answer: success, refusal, failure; values never inside; strangers only counted. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'
import { callJson, type RawAnswer } from '../raw.ts'

interface Record {
  readonly eventName: string
  readonly errorCode?: string
  readonly requestID?: string
  readonly [member: string]: unknown
}

describe('audit', () => {
  let house: TestHouse
  let stranger: Keys
  const call = (target: string, input: unknown, keys: Keys = house.root) =>
    callJson(target, input, { url: house.url, keys })

  async function records(): Promise<Record[]> {
    const options = { url: house.url, keys: house.root, service: 'strongroom' }
    const { body } = await callJson('Strongroom.TailAudit', { MaxResults: 500 }, options)
    return JSON.parse(body).Records.map((each: { CloudTrailEvent: string }) =>
      JSON.parse(each.CloudTrailEvent),
    )
  }
  /** The records of one answer, by the id that the answer carried. */
  const recordsOf = async ({ requestId }: RawAnswer) =>
    (await records()).filter((record) => record.requestID === requestId)

  const create = (name: string, value = 'v') =>
    call('secretsmanager.CreateSecret', {
      Name: name,
      SecretString: value,
      ClientRequestToken: randomUUID(),
    })

  before(async () => {
    house = await raiseHouse()
    const iam = new IAMClient(house.client())
    await iam.send(new CreateUserCommand({ UserName: 'nobody' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'nobody' }))
    stranger = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
  })
  after(() => house[Symbol.asyncDispose]())

  test('a success is recorded once, in the shape of CloudTrail', async () => {
    const answer = await create('audit/one')
    const found = (await recordsOf(answer)).filter((each) => each.eventName === 'CreateSecret')
    assert.equal(found.length, 1)
    const { ARN } = JSON.parse(answer.body)
    const { eventID, eventTime, userAgent, requestParameters, ...rest } = found[0] as Record
    assert.match(String(eventID), /^[0-9a-f-]{36}$/)
    assert.match(String(eventTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.equal((requestParameters as { name: string }).name, 'audit/one')
    assert.equal('secretString' in (requestParameters as object), false)
    assert.equal(rest.eventSource, 'secretsmanager.amazonaws.com')
    assert.equal(rest.readOnly, false)
    assert.equal(rest.sourceIPAddress, '127.0.0.1')
    assert.equal(rest.awsRegion, 'us-east-1')
    assert.equal(rest.recipientAccountId, '000000000000')
    assert.equal((rest.responseElements as { arn: string }).arn, ARN)
    assert.equal((rest.resources as { ARN: string }[])[0]?.ARN, ARN)
    assert.equal((rest.userIdentity as { arn: string }).arn, 'arn:aws:iam::000000000000:root')
  })

  test('a read tells who and which secret, and nothing of the answer', async () => {
    await create('audit/read', 'canary-of-a-read')
    const answer = await call('secretsmanager.GetSecretValue', { SecretId: 'audit/read' })
    const [record] = (await recordsOf(answer)).filter((each) => each.eventName === 'GetSecretValue')
    assert.equal(record?.readOnly, true)
    assert.equal(record?.responseElements, null)
    assert.deepEqual(record?.requestParameters, { secretId: 'audit/read' })
  })

  test('a refusal is recorded with its code and its words', async () => {
    const answer = await call('secretsmanager.GetSecretValue', { SecretId: 'audit/one' }, stranger)
    assert.equal(answer.status, 400)
    const [record, ...more] = await recordsOf(answer)
    assert.deepEqual(more, [])
    assert.equal(record?.errorCode, 'AccessDenied')
    assert.match(String(record?.errorMessage), /user\/nobody is not authorized/)
    assert.equal((record?.userIdentity as { userName?: string } | undefined)?.userName, 'nobody')
  })

  test('a failure is recorded', async () => {
    const answer = await call('secretsmanager.GetSecretValue', { SecretId: 'audit/never' })
    const [record] = await recordsOf(answer)
    assert.equal(record?.errorCode, 'ResourceNotFoundException')
  })

  test('a request that could not be read is recorded', async () => {
    const malformed = await call('secretsmanager.GetSecretValue', '{"SecretId"')
    assert.equal((await recordsOf(malformed))[0]?.errorCode, 'SerializationException')
    const unfit = await call('secretsmanager.CreateSecret', { Name: '', SecretString: 's' })
    assert.equal((await recordsOf(unfit))[0]?.errorCode, 'ValidationException')
    const unknown = await call('secretsmanager.NoSuchThing', {})
    assert.equal((await recordsOf(unknown))[0]?.errorCode, 'UnknownOperationException')
  })

  test('a refused write leaves its record and nothing else', async () => {
    const answer = await call(
      'secretsmanager.CreateSecret',
      { Name: 'audit/refused', SecretString: 's', ClientRequestToken: randomUUID() },
      stranger,
    )
    assert.equal((await recordsOf(answer)).length, 1)
    const read = await call('secretsmanager.DescribeSecret', { SecretId: 'audit/refused' })
    assert.match(read.body, /ResourceNotFoundException/)
  })

  test('no value that was sent is in any record', async () => {
    const value = `canary-${randomUUID()}`
    const token = randomUUID()
    await create('audit/canary', value)
    await call('secretsmanager.PutSecretValue', {
      SecretId: 'audit/canary',
      SecretString: `${value}2`,
      ClientRequestToken: token,
    })
    await call('secretsmanager.UpdateSecret', {
      SecretId: 'audit/canary',
      SecretBinary: Buffer.from(value).toString('base64'),
      ClientRequestToken: randomUUID(),
    })
    await call('secretsmanager.PutSecretValue', {
      SecretId: 'audit/canary',
      SecretString: `${value}3`,
      ClientRequestToken: token,
    })
    await call('secretsmanager.PutSecretValue', { SecretId: 'audit/canary', SecretString: [value] })
    await call('secretsmanager.CreateSecret', {
      Name: 'audit/long',
      SecretString: value.repeat(2000),
      ClientRequestToken: randomUUID(),
    })
    await call('secretsmanager.CreateSecret', `{"Name":"audit/x","SecretString":"${value}"`)
    const everything = JSON.stringify(await records()) + house.complaints.join()
    assert.equal(everything.includes(value), false)
    assert.equal(everything.includes(Buffer.from(value).toString('base64').slice(0, 40)), false)
    assert.ok(everything.includes('audit/canary'), 'the search finds what is there')
  })

  test('strangers are counted, told in one record, and cannot fill the journal', async () => {
    const isTold = ({ eventName }: Record) => eventName === 'UnauthenticatedRequests'
    const before = (await records()).filter((each) => !isTold(each)).length
    const unknown = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) }
    for (let n = 0; n < 50; n++) {
      const { status, body } = await call('secretsmanager.ListSecrets', {}, unknown)
      assert.equal(status, 400)
      assert.match(body, /UnrecognizedClientException/)
    }
    for (let n = 0; n < 3; n++) {
      const wrong = { ...house.root, secretAccessKey: 'y'.repeat(40) }
      assert.match((await call('secretsmanager.ListSecrets', {}, wrong)).body, /InvalidSignature/)
    }
    const behind = (await records()).filter((each) => !isTold(each))
    assert.equal(behind.length, before + 1, 'only our own looking was recorded')
    await house.restart()
    const told = (await records()).filter(isTold) as unknown as {
      additionalEventData: { refusals: { [code: string]: number } }
    }[]
    const refusals = new Map<string, number>()
    for (const { additionalEventData } of told) {
      for (const [code, count] of Object.entries(additionalEventData.refusals)) {
        refusals.set(code, (refusals.get(code) ?? 0) + count)
      }
    }
    assert.deepEqual(Object.fromEntries(refusals), {
      UnrecognizedClientException: 50,
      InvalidSignatureException: 3,
    })
    // One, unless a minute or two ended meanwhile.
    assert.ok(told.length <= 3)
  })

  test('pages go back to the first record, none twice, none missing', async () => {
    const options = { url: house.url, keys: house.root, service: 'strongroom' }
    const seen: string[] = []
    let NextToken: string | undefined
    do {
      const input = { MaxResults: 7, ...(NextToken && { NextToken }) }
      const page = JSON.parse((await callJson('Strongroom.TailAudit', input, options)).body)
      seen.push(...page.Records.map((each: { Position: string }) => each.Position))
      NextToken = page.NextToken
    } while (NextToken)
    assert.ok(seen.length > 20)
    assert.equal(new Set(seen).size, seen.length)
    const other = await callJson('Strongroom.TailAudit', { NextToken: 'AAAA' }, options)
    assert.match(other.body, /InvalidNextTokenException/)
  })
})
