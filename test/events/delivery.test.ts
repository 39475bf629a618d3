/** From what happens in the house to a receiver outside: what it gets, and what it never does. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  type EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { raiseHouse, type TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'
import { type Receiver, receive } from './receiver.ts'
import { destinationTo, eventsOf, ruleFor } from './scene.ts'

interface Letter {
  readonly Id: string
  readonly Words: string
  readonly Tries: number
  readonly Exhausted?: string
  readonly Event: string
}

const loopback = '127.0.0.0/8,::1/128'

async function userWithAll(house: TestHouse, UserName: string) {
  const iam = new IAMClient(house.client())
  await iam.send(new CreateUserCommand({ UserName }))
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  iam.destroy()
  return house.client({
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  })
}

describe('deliveries', () => {
  let house: TestHouse
  let receiver: Receiver
  let client: EventBridgeClient
  let secrets: SecretsManagerClient
  const operator = (operation: string, input: object = {}) =>
    callJson(`Strongroom.${operation}`, input, {
      ...{ url: house.url, keys: house.root, service: 'strongroom' },
    }).then(({ body }) => JSON.parse(body))
  const oneLetter = () =>
    until(async () => {
      const { DeadLetters }: { DeadLetters: Letter[] } = await operator('ListDeadLetters')
      return DeadLetters[0]
    })
  /** A receiver of this test's own, and a destination for it. */
  const receiverFor = async (name: string, path = '/') => {
    const own = await receive()
    return { own, Arn: await destinationTo(client, name, own.url + path) }
  }
  const put = (Source: string, detail: object, DetailType = 'kind') =>
    client.send(
      new PutEventsCommand({ Entries: [{ Source, DetailType, Detail: JSON.stringify(detail) }] }),
    )

  before(async () => {
    receiver = await receive()
    house = await raiseHouse({ flags: { eventsAllowPrivate: loopback } })
    client = eventsOf(house)
    secrets = new SecretsManagerClient(house.client())
    await secrets.send(new CreateSecretCommand({ Name: 'known', SecretString: 'a-value-of-it' }))
  })
  after(async () => {
    client.destroy()
    secrets.destroy()
    await house[Symbol.asyncDispose]()
    await receiver[Symbol.asyncDispose]()
  })

  test('a read by an unexpected principal, and no read by an expected one', async (t) => {
    const Arn = await destinationTo(client, 'unexpected', `${receiver.url}/alerts`)
    const expected = 'arn:aws:iam::000000000000:user/application'
    await ruleFor(
      client,
      'unexpected',
      {
        source: ['aws.secretsmanager'],
        detail: {
          eventName: ['GetSecretValue'],
          userIdentity: { arn: [{ 'anything-but': [expected] }] },
        },
      },
      { Arn },
    )
    const application = new SecretsManagerClient(await userWithAll(house, 'application'))
    await application.send(new GetSecretValueCommand({ SecretId: 'known' }))
    const readAt = Date.now()
    await secrets.send(new GetSecretValueCommand({ SecretId: 'known' }))
    const [first] = await receiver.waitFor(1)
    t.diagnostic(`${(first?.at ?? 0) - readAt} ms from the read to the receiver`)
    const event = JSON.parse(first?.body ?? '')
    assert.equal(first?.headers['x-key'], 'a-key-of-the-receiver')
    assert.equal(event['detail-type'], 'AWS API Call via CloudTrail')
    assert.equal(event.detail.userIdentity.type, 'Root')
    assert.equal(event.detail.requestParameters.secretId, 'known')
    assert.doesNotMatch(first?.body ?? '', /a-value-of-it/)
    assert.equal(receiver.got.length, 1)
    application.destroy()
  })

  test('a rule that is only enabled gets no reads, and gets changes', async () => {
    const { own, Arn } = await receiverFor('changes')
    const EventPattern = JSON.stringify({
      source: ['aws.secretsmanager'],
      detail: { eventName: ['GetSecretValue', 'PutSecretValue'] },
    })
    await client.send(new PutRuleCommand({ Name: 'changes', EventPattern }))
    await client.send(new PutTargetsCommand({ Rule: 'changes', Targets: [{ Id: 'a', Arn }] }))
    await secrets.send(new GetSecretValueCommand({ SecretId: 'known' }))
    await secrets.send(new PutSecretValueCommand({ SecretId: 'known', SecretString: 'next' }))
    const [first] = await own.waitFor(1)
    assert.equal(JSON.parse(first?.body ?? '').detail.eventName, 'PutSecretValue')
    await own[Symbol.asyncDispose]()
  })

  test('labels that move, what services do by themselves, parameters that change', async () => {
    const { own, Arn } = await receiverFor('native')
    await ruleFor(
      client,
      'native',
      {
        'detail-type': [
          'Secret Label Updated',
          'AWS Service Event via CloudTrail',
          'Parameter Store Change',
        ],
      },
      { Arn },
    )
    const { ARN, VersionId } = await secrets.send(
      new PutSecretValueCommand({ SecretId: 'known', SecretString: 'third' }),
    )
    await secrets.send(new CreateSecretCommand({ Name: 'gone', SecretString: 'x' }))
    await secrets.send(new DeleteSecretCommand({ SecretId: 'gone' }))
    const ssm = new SSMClient(house.client())
    await ssm.send(new PutParameterCommand({ Name: '/p', Value: 'hidden-value', Type: 'String' }))
    await ssm.send(new DeleteParameterCommand({ Name: '/p' }))
    ssm.destroy()
    const got = (await own.waitFor(4)).map(({ body }) => JSON.parse(body))
    const of = (type: string) => got.filter((each) => each['detail-type'] === type)
    const [label] = of('Secret Label Updated')
    assert.deepEqual(label.detail, {
      name: 'known',
      labelUpdated: 'AWSCURRENT',
      versionId: VersionId,
    })
    assert.deepEqual(label.resources, [ARN])
    assert.equal(label.source, 'aws.secretsmanager')
    const [own1] = of('AWS Service Event via CloudTrail')
    assert.equal(own1.detail.eventName, 'StartSecretVersionDelete')
    const parameters = of('Parameter Store Change')
    const operations = parameters.map(({ detail }) => detail.operation).sort()
    assert.deepEqual(operations, ['Create', 'Delete'])
    assert.deepEqual(parameters[0].resources, ['arn:aws:ssm:us-east-1:000000000000:parameter/p'])
    assert.doesNotMatch(JSON.stringify(got), /hidden-value/)
    await own[Symbol.asyncDispose]()
  })

  test('path, query, headers and body are made of the event; a template too', async () => {
    const own = await receive()
    const Arn = await destinationTo(client, 'shaped', `${own.url}/users/*/orders/*?fixed=1`)
    await ruleFor(
      client,
      'shaped',
      { source: ['shaped'] },
      {
        Arn,
        HttpParameters: {
          PathParameterValues: ['$.detail.user', 'a/b?c'],
          QueryStringParameters: { kind: '$.detail-type' },
          HeaderParameters: { 'X-Of': '$.detail.user' },
        },
        InputTransformer: {
          InputPathsMap: { user: '$.detail.user' },
          InputTemplate: '{"who": <user>, "by": "<aws.events.rule-name>"}',
        },
      },
    )
    await put('shaped', { user: 'u 1' })
    const [got] = await own.waitFor(1)
    assert.equal(got?.path, '/users/u%201/orders/a%2Fb%3Fc?fixed=1&kind=kind')
    assert.equal(got?.headers['x-of'], 'u 1')
    assert.equal(got?.body, '{"who": "u 1", "by": "shaped"}')
    await own[Symbol.asyncDispose]()
  })

  test('an API key named X-Strongroom-Signature signs and is not sent', async () => {
    const own = await receive()
    const key = { ApiKeyName: 'X-Strongroom-Signature', ApiKeyValue: 'shared-by-both-of-us' }
    const Arn = await destinationTo(client, 'signed', own.url, key)
    await ruleFor(client, 'signed', { source: ['signed'] }, { Arn })
    await put('signed', { a: 1 })
    const [got] = await own.waitFor(1)
    const timestamp = got?.headers['x-strongroom-timestamp']
    const expected = createHmac('sha256', key.ApiKeyValue).update(`${timestamp}.${got?.body}`)
    assert.equal(got?.headers['x-strongroom-signature'], `v1=${expected.digest('hex')}`)
    assert.equal(got?.headers['x-strongroom-delivery'], JSON.parse(got?.body ?? '').id)
    assert.doesNotMatch(JSON.stringify(got), /shared-by-both/)
    await own[Symbol.asyncDispose]()
  })

  test('a token is asked for once, and anew when it was not taken', async () => {
    const own = await receive()
    let given = 0
    own.answer = ({ path, headers }) => {
      if (path === '/token') {
        return {
          status: 200,
          body: JSON.stringify({ access_token: `t${++given}`, expires_in: 3600 }),
        }
      }
      return { status: headers.authorization === 'Bearer t1' && own.got.length > 3 ? 401 : 200 }
    }
    const { ConnectionArn } = await client.send(
      new CreateConnectionCommand({
        ...{ Name: 'oauth', AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS' },
        AuthParameters: {
          OAuthParameters: {
            ...{ AuthorizationEndpoint: `${own.url}/token`, HttpMethod: 'POST' },
            ClientParameters: { ClientID: 'id', ClientSecret: 'client-secret' },
            OAuthHttpParameters: { BodyParameters: [{ Key: 'scope', Value: 'events' }] },
          },
        },
      }),
    )
    const { ApiDestinationArn: Arn } = await client.send(
      new CreateApiDestinationCommand({
        ...{ Name: 'oauth', ConnectionArn, InvocationEndpoint: `${own.url}/in`, HttpMethod: 'PUT' },
      }),
    )
    await ruleFor(client, 'oauth', { source: ['oauth'] }, { Arn })
    await put('oauth', { n: 1 })
    await own.waitFor(2)
    await put('oauth', { n: 2 })
    await own.waitFor(3)
    await put('oauth', { n: 3 })
    const got = await own.waitFor(6)
    const steps = got.map(({ path, headers }) =>
      path === '/token' ? 'token' : headers.authorization,
    )
    assert.deepEqual(steps, ['token', 'Bearer t1', 'Bearer t1', 'Bearer t1', 'token', 'Bearer t2'])
    assert.equal(got[0]?.headers.authorization, `Basic ${btoa('id:client-secret')}`)
    assert.equal(got[0]?.body, 'grant_type=client_credentials&scope=events')
    await own[Symbol.asyncDispose]()
  })

  test('a log group gets events as lines', async () => {
    const logs = new CloudWatchLogsClient(house.client())
    const logGroupName = '/aws/events/here'
    await logs.send(new CreateLogGroupCommand({ logGroupName }))
    const Arn = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}`
    await ruleFor(client, 'logged', { source: ['logged'] }, { Arn })
    await put('logged', { line: 1 })
    const line = await until(async () => {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }))
      return events[0]?.message
    })
    assert.deepEqual(JSON.parse(line).detail, { line: 1 })
    logs.destroy()
  })

  test('what is refused for good is a dead letter, which can be sent again', async () => {
    const { own, Arn } = await receiverFor('dead')
    own.answer = () => ({ status: 400 })
    await ruleFor(client, 'dead', { source: ['dead'] }, { Arn })
    await put('dead', { n: 1 })
    await own.waitFor(1)
    const letter = await oneLetter()
    assert.equal(letter.Words, 'The target answered 400.')
    assert.equal(letter.Tries, 1)
    assert.deepEqual(JSON.parse(letter.Event).detail, { n: 1 })
    own.answer = undefined
    await operator('RedriveDeadLetter', { DeadLetterId: letter.Id })
    const got = await own.waitFor(2)
    assert.equal(got[1]?.body, got[0]?.body)
    assert.deepEqual((await operator('ListDeadLetters')).DeadLetters, [])
    await own[Symbol.asyncDispose]()
  })

  test('tries that run out are told so', async () => {
    const { own, Arn } = await receiverFor('exhausted')
    own.answer = () => ({ status: 503 })
    const RetryPolicy = { MaximumRetryAttempts: 1 }
    await ruleFor(client, 'exhausted', { source: ['exhausted'] }, { Arn, RetryPolicy })
    await put('exhausted', {})
    await own.waitFor(2)
    const letter = await oneLetter()
    assert.equal(letter.Exhausted, 'MaximumRetryAttempts')
    assert.equal(letter.Tries, 2)
    await operator('DeleteDeadLetter', { DeadLetterId: letter.Id })
    assert.deepEqual((await operator('ListDeadLetters')).DeadLetters, [])
    await own[Symbol.asyncDispose]()
  })

  test('a receiver that hangs holds up neither requests nor others', async () => {
    const { own: hangs, Arn: hanging } = await receiverFor('hangs')
    const { own, Arn } = await receiverFor('quick')
    hangs.answer = () => 'hang'
    await ruleFor(client, 'hangs', { source: ['both'] }, { Arn: hanging })
    await ruleFor(client, 'quick', { source: ['both'] }, { Arn })
    for (let n = 0; n < 8; n++) await put('both', { n })
    const got = await own.waitFor(8)
    const numbers = got.map(({ body }) => JSON.parse(body).detail.n).sort()
    assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7])
    assert.ok(hangs.openMost <= 4, 'few are tried at once')
    await own[Symbol.asyncDispose]()
    await hangs[Symbol.asyncDispose]()
  })

  test('a redirect is followed nowhere', async () => {
    const { own, Arn } = await receiverFor('redirects')
    const elsewhere = await receive()
    own.answer = () => ({ status: 307, headers: { Location: `${elsewhere.url}/internal` } })
    await ruleFor(client, 'redirects', { source: ['redirects'] }, { Arn })
    await put('redirects', {})
    await own.waitFor(1)
    const letter = await oneLetter()
    assert.equal(letter.Words, 'The target answered 307.')
    assert.equal(elsewhere.got.length, 0)
    await operator('DeleteDeadLetter', { DeadLetterId: letter.Id })
    await own[Symbol.asyncDispose]()
    await elsewhere[Symbol.asyncDispose]()
  })

  test('a schedule fires, and a parameter expires', async () => {
    const clock = { now: () => Date.now() + skew }
    let skew = 0
    await using timed = await raiseHouse({
      flags: { eventsAllowPrivate: loopback },
      world: { clock },
    })
    const own = await receive()
    const scheduled = eventsOf(timed)
    const Arn = await destinationTo(scheduled, 'timed', own.url)
    await scheduled.send(
      new PutRuleCommand({ Name: 'timed', ScheduleExpression: 'rate(1 minute)' }),
    )
    await scheduled.send(new PutTargetsCommand({ Rule: 'timed', Targets: [{ Id: 'a', Arn }] }))
    await ruleFor(
      scheduled,
      'expired',
      { 'detail-type': ['Parameter Store Policy Action'] },
      { Arn },
    )
    const Timestamp = new Date(Date.now() + 300_000).toISOString()
    const expiration = { Type: 'Expiration', Version: '1.0', Attributes: { Timestamp } }
    const ssm = new SSMClient(timed.client())
    const parameter = { Name: '/p', Value: 'v', Type: 'String', Tier: 'Advanced' } as const
    const Policies = JSON.stringify([expiration])
    await ssm.send(new PutParameterCommand({ ...parameter, Policies }))
    ssm.destroy()
    skew = 400_000
    await timed.restart()
    const of = (type: string) =>
      until(() =>
        own.got.map(({ body }) => JSON.parse(body)).find((e) => e['detail-type'] === type),
      )
    const { resources } = await of('Scheduled Event')
    assert.deepEqual(resources, ['arn:aws:events:us-east-1:000000000000:rule/timed'])
    assert.deepEqual((await of('Parameter Store Policy Action')).detail, {
      'parameter-name': '/p',
      'parameter-type': 'String',
      'policy-type': 'Expiration',
      'policy-content': JSON.stringify(expiration),
      'action-status': 'Success',
    })
    scheduled.destroy()
    await own[Symbol.asyncDispose]()
  })

  test('nothing was told to the operator', () => assert.deepEqual(house.complaints, []))
})

describe('private addresses', () => {
  test('are refused however they are written', async () => {
    await using receiver = await receive()
    await using house = await raiseHouse()
    const client = eventsOf(house)
    for (const host of [
      '127.0.0.1',
      'localhost',
      '10.0.0.1',
      '169.254.169.254',
      '2130706433',
      '0x7f.1',
    ]) {
      await assert.rejects(
        destinationTo(client, `n${host.replace(/\W/g, '-')}`, `https://${host}:${receiver.port}/`),
        { name: 'ValidationException', message: /private address/ },
      )
    }
    await assert.rejects(destinationTo(client, 'plain', 'http://example.com/'), /not https/)
    await assert.rejects(destinationTo(client, 'star', 'https://*.example.com/'), /is not valid/)
    client.destroy()
    assert.equal(receiver.got.length, 0)
  })

  test('one that was admitted and is not any more gets nothing', async () => {
    await using receiver = await receive()
    const house = await raiseHouse({ flags: { eventsAllowPrivate: loopback } })
    const client = eventsOf(house)
    const Arn = await destinationTo(client, 'once', receiver.url)
    const RetryPolicy = { MaximumRetryAttempts: 0 }
    await ruleFor(client, 'once', { source: ['once'] }, { Arn, RetryPolicy })
    client.destroy()
    await house.stop()
    await using again = await raiseHouse({ dataPath: house.dataPath })
    const other = eventsOf(again)
    await other.send(
      new PutEventsCommand({ Entries: [{ Source: 'once', DetailType: 'd', Detail: '{}' }] }),
    )
    let letters: { Words: string; Code: string }[] = []
    const options = { url: again.url, keys: again.root, service: 'strongroom' }
    while (letters.length === 0) {
      const { body } = await callJson('Strongroom.ListDeadLetters', {}, options)
      letters = JSON.parse(body).DeadLetters
    }
    assert.equal(letters[0]?.Code, 'CONNECTION_FAILURE')
    assert.match(letters[0]?.Words ?? '', /private/)
    assert.equal(receiver.got.length, 0)
    other.destroy()
    await again.stop()
    await house[Symbol.asyncDispose]()
  })
})
