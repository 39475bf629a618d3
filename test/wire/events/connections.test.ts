/** Connections and API destinations: what is kept of them, and what is never shown again. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  type ConnectionAuthorizationType,
  CreateApiDestinationCommand,
  type CreateApiDestinationCommandInput,
  type CreateConnectionAuthRequestParameters,
  CreateConnectionCommand,
  DeauthorizeConnectionCommand,
  DeleteApiDestinationCommand,
  DeleteConnectionCommand,
  DescribeApiDestinationCommand,
  DescribeConnectionCommand,
  EventBridgeClient,
  ListApiDestinationsCommand,
  ListConnectionsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  UpdateApiDestinationCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge'
import type { Keys } from '../../house.ts'
import { call } from '../strongroom/records.ts'
import { account, policy, raiseScene } from '../sts/scene.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const events = (keys?: Keys) => new EventBridgeClient(house.client(keys))
const root = events()
after(() => root.destroy())

const allowing = (...Action: string[]) => policy({ Effect: 'Allow', Action, Resource: '*' })
const apiKey = { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'planted-api-key' } }
const connect = (
  Name: string,
  AuthorizationType: ConnectionAuthorizationType = 'API_KEY',
  AuthParameters: CreateConnectionAuthRequestParameters = apiKey,
) => root.send(new CreateConnectionCommand({ Name, AuthorizationType, AuthParameters }))
const destination = (
  Name: string,
  ConnectionArn: string | undefined,
  more: Partial<CreateApiDestinationCommandInput> = {},
) =>
  root.send(
    new CreateApiDestinationCommand({
      ...{ Name, ConnectionArn, HttpMethod: 'POST', ...more },
      InvocationEndpoint: more.InvocationEndpoint ?? 'https://example.com/in',
    }),
  )

test('CreateConnection: not signed, malformed, not allowed', async () => {
  const wrong = events({ ...house.root, secretAccessKey: 'x'.repeat(40) })
  await assert.rejects(wrong.send(new ListConnectionsCommand({})), {
    name: 'InvalidSignatureException',
  })
  await assert.rejects(connect('not fit!'), { name: 'ValidationException' })
  await assert.rejects(connect('x', 'NONE' as 'BASIC'), {
    name: 'ValidationException',
    message: /enum value set/,
  })
  const bob = events(await scene.user('bob'))
  const input = { Name: 'bobs', AuthorizationType: 'API_KEY', AuthParameters: apiKey } as const
  await assert.rejects(bob.send(new CreateConnectionCommand(input)), {
    name: 'AccessDeniedException',
  })
})

for (const [name, kind, parameters, message] of [
  ['the parameters of another kind', 'BASIC', apiKey, /BASIC needs its own AuthParameters/],
  [
    "a header that is the house's",
    'API_KEY',
    { ApiKeyAuthParameters: { ApiKeyName: 'Host', ApiKeyValue: 'x' } },
    /cannot be sent as header Host/,
  ],
  [
    'a further header that is',
    'API_KEY',
    {
      ...apiKey,
      InvocationHttpParameters: { HeaderParameters: [{ Key: 'Content-Length', Value: '1' }] },
    },
    /A header cannot be set/,
  ],
  [
    'a token endpoint at a private address',
    'OAUTH_CLIENT_CREDENTIALS',
    {
      OAuthParameters: {
        ClientParameters: { ClientID: 'i', ClientSecret: 's' },
        AuthorizationEndpoint: 'https://169.254.169.254/token',
        HttpMethod: 'POST',
      },
    },
    /private address/,
  ],
] as const) {
  test(`CreateConnection: ${name}`, () =>
    assert.rejects(connect('refused', kind, parameters as CreateConnectionAuthRequestParameters), {
      name: 'ValidationException',
      message,
    }))
}

test('CreateConnection, DescribeConnection: made, made twice, and no secret is told', async () => {
  const shownBody = { Key: 'tenant', Value: 'shown', IsValueSecret: false }
  const hiddenHeader = { Key: 'X-More', Value: 'planted-header', IsValueSecret: true }
  const made = await connect('whole', 'API_KEY', {
    ...apiKey,
    InvocationHttpParameters: { HeaderParameters: [hiddenHeader], BodyParameters: [shownBody] },
  })
  assert.match(
    made.ConnectionArn ?? '',
    /^arn:aws:events:us-east-1:\d{12}:connection\/whole\/[0-9a-f-]{36}$/,
  )
  assert.equal(made.ConnectionState, 'AUTHORIZED')
  await assert.rejects(connect('whole'), {
    name: 'ResourceAlreadyExistsException',
    message: 'Connection whole already exists.',
  })
  const told = await root.send(new DescribeConnectionCommand({ Name: 'whole' }))
  assert.deepEqual(told.AuthParameters, {
    ApiKeyAuthParameters: { ApiKeyName: 'X-Key' },
    InvocationHttpParameters: {
      HeaderParameters: [{ Key: 'X-More', IsValueSecret: true }],
      BodyParameters: [shownBody],
    },
  })
  const records = JSON.stringify(await call(house, 'ExportAudit', {}))
  assert.match(records, /CreateConnection/)
  assert.doesNotMatch(JSON.stringify(told) + records, /planted-(?:api-key|header)/)
})

test('UpdateConnection: what is left out stays; DeauthorizeConnection; DeleteConnection', async () => {
  const basic = { BasicAuthParameters: { Username: 'u', Password: 'planted-password' } }
  await connect('changing', 'BASIC', basic)
  const AuthParameters = { BasicAuthParameters: { Username: 'other' } }
  await root.send(new UpdateConnectionCommand({ Name: 'changing', AuthParameters }))
  const told = await root.send(new DescribeConnectionCommand({ Name: 'changing' }))
  assert.deepEqual(told.AuthParameters, { BasicAuthParameters: { Username: 'other' } })
  const gone = await root.send(new DeauthorizeConnectionCommand({ Name: 'changing' }))
  assert.equal(gone.ConnectionState, 'DEAUTHORIZED')
  const listed = await root.send(new ListConnectionsCommand({ ConnectionState: 'DEAUTHORIZED' }))
  assert.deepEqual(
    listed.Connections?.map(({ Name }) => Name),
    ['changing'],
  )
  await root.send(new DeleteConnectionCommand({ Name: 'changing' }))
  const absent = {
    name: 'ResourceNotFoundException',
    message: "Failed to describe the connection(s). Connection 'changing' does not exist.",
  }
  await assert.rejects(root.send(new DescribeConnectionCommand({ Name: 'changing' })), absent)
  for (const command of [
    UpdateConnectionCommand,
    DeauthorizeConnectionCommand,
    DeleteConnectionCommand,
  ]) {
    await assert.rejects(root.send(new command({ Name: 'changing' }) as DeleteConnectionCommand), {
      name: 'ResourceNotFoundException',
    })
  }
})

test('CreateApiDestination: a connection that is not there, addresses that may not be', async () => {
  const { ConnectionArn = '' } = await connect('of-refused')
  await assert.rejects(destination('x', `${ConnectionArn}0`), { name: 'ResourceNotFoundException' })
  for (const [InvocationEndpoint, why] of [
    ['http://example.com/', 'not https'],
    ['https://127.0.0.1/', 'a private address'],
    ['https://10.0.0.1/', 'a private address'],
    ['https://localhost/', 'a private address'],
    ['https://u:p@example.com/', 'a user in the address'],
    ['ftp://example.com/', 'not https'],
    ['example', 'no address'],
  ]) {
    await assert.rejects(destination('x', ConnectionArn, { InvocationEndpoint }), {
      name: 'ValidationException',
      message: `Parameter InvocationEndpoint is not valid: ${why}.`,
    })
  }
})

test('API destinations: made, described, changed, listed, deleted', async () => {
  const { ConnectionArn } = await connect('of-whole')
  const made = await destination('whole', ConnectionArn, { InvocationRateLimitPerSecond: 5 })
  await assert.rejects(destination('whole', ConnectionArn), {
    name: 'ResourceAlreadyExistsException',
    message: "An api-destination 'whole' already exists.",
  })
  await root.send(new UpdateApiDestinationCommand({ Name: 'whole', HttpMethod: 'PUT' }))
  const { $metadata, CreationTime, LastModifiedTime, ...told } = await root.send(
    new DescribeApiDestinationCommand({ Name: 'whole' }),
  )
  assert.deepEqual(told, {
    ApiDestinationArn: made.ApiDestinationArn,
    ApiDestinationState: 'ACTIVE',
    ConnectionArn,
    HttpMethod: 'PUT',
    InvocationEndpoint: 'https://example.com/in',
    InvocationRateLimitPerSecond: 5,
    Name: 'whole',
  })
  await root.send(new DeauthorizeConnectionCommand({ Name: 'of-whole' }))
  const { ApiDestinations } = await root.send(new ListApiDestinationsCommand({ ConnectionArn }))
  assert.deepEqual(
    ApiDestinations?.map((each) => each.ApiDestinationState),
    ['INACTIVE'],
  )
  await root.send(new DeleteApiDestinationCommand({ Name: 'whole' }))
  await assert.rejects(root.send(new DescribeApiDestinationCommand({ Name: 'whole' })), {
    name: 'ResourceNotFoundException',
    message:
      "Failed to describe the api-destination(s). An api-destination 'whole' does not exist.",
  })
})

test('PutTargets: an API destination needs the right to call it, or a role that may be passed', async () => {
  const { ConnectionArn } = await connect('of-passed')
  const { ApiDestinationArn: Arn = '' } = await destination('passed', ConnectionArn)
  await root.send(new PutRuleCommand({ Name: 'passing', EventPattern: '{"a":["b"]}' }))
  const carol = events(await scene.user('carol', allowing('events:PutTargets')))
  const put = (RoleArn?: string) =>
    carol.send(new PutTargetsCommand({ Rule: 'passing', Targets: [{ Id: 'a', Arn, RoleArn }] }))
  await assert.rejects(put(), {
    name: 'AccessDeniedException',
    message: /events:InvokeApiDestination/,
  })
  await assert.rejects(put(`arn:aws:iam::${account}:role/events`), {
    name: 'AccessDeniedException',
    message: /iam:PassRole/,
  })
  const dave = events(
    await scene.user('dave', allowing('events:PutTargets', 'events:InvokeApiDestination')),
  )
  await dave.send(new PutTargetsCommand({ Rule: 'passing', Targets: [{ Id: 'a', Arn }] }))
})
