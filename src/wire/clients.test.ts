/**
 * Both directions against AWS's own clients: what they send is decoded, what is encoded they read,
 * faults become their typed exceptions. Their HTTP is replaced by a call of the protocol's file.
 */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import {
  CreateRoleCommand,
  DeleteUserCommand,
  GetAccountSummaryCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  NoSuchEntityException,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { iam } from '../contract/generated/iam.ts'
import { secretsmanager } from '../contract/generated/secretsmanager.ts'
import { sts } from '../contract/generated/sts.ts'
import type { ServiceModel } from '../contract/model.ts'
import { utf8 } from '../lib/bytes.ts'
import { Fault } from '../lib/fault.ts'
import { readTarget } from './json.ts'
import type { Structure } from './protocol.ts'
import { readAction } from './query.ts'
import { wires } from './wires.ts'

interface Request {
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

/** A service of one answer, which remembers what it was asked. */
function service(model: ServiceModel, answer: object | Fault) {
  const asked: { operation: string; input: Structure }[] = []
  const handle = async (request: Request) => {
    const { body: sent = '' } = request
    const body = typeof sent === 'string' ? utf8(sent) : Uint8Array.from(sent)
    const wire = wires.get(model.protocol)
    assert.ok(wire)
    const { operation } =
      model.protocol === 'query' ? readAction(body) : readTarget(request.headers['x-amz-target'])
    asked.push({ operation, input: wire.decode(model, operation, body) })
    const {
      status,
      headers,
      body: answered,
    } = answer instanceof Fault
      ? wire.fault(answer, 'request-1', model, operation)
      : wire.encode(model, operation, answer, 'request-1')
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
    const stream = Readable.from([Buffer.from(answered)])
    return {
      response: { statusCode: status, headers: Object.fromEntries(lowerCase), body: stream },
    }
  }
  const config = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: { handle },
    maxAttempts: 1,
  }
  return { asked, config }
}

const secrets = (answer: object | Fault) => {
  const { asked, config } = service(secretsmanager, answer)
  return { asked, client: new SecretsManagerClient(config) }
}

const identities = (answer: object | Fault) => {
  const { asked, config } = service(iam, answer)
  return { asked, client: new IAMClient(config) }
}

const tokens = (answer: object | Fault) => {
  const { asked, config } = service(sts, answer)
  return { asked, client: new STSClient(config) }
}

/** Without what the client adds about the exchange itself. */
function outputOf({ $metadata, ...output }: { $metadata: { requestId?: string } }): object {
  assert.equal($metadata.requestId, 'request-1')
  return output
}

const at = Date.UTC(2026, 10, 21, 23, 11, 12, 345)
const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf'

test('secretsmanager: texts, tags, a filled-in token', async () => {
  const { asked, client } = secrets({ ARN: arn, Name: 'a', VersionId: 'v' })
  const output = await client.send(
    new CreateSecretCommand({
      Name: 'a',
      SecretString: 'é😀"\\\u0000',
      Tags: [{ Key: 'k', Value: '' }],
      ForceOverwriteReplicaSecret: false,
    }),
  )
  assert.deepEqual(outputOf(output), { ARN: arn, Name: 'a', VersionId: 'v' })
  const { ClientRequestToken: token, ...input } = asked[0]?.input ?? {}
  assert.match(String(token), /^[0-9a-f-]{36}$/)
  assert.deepEqual(input, {
    Name: 'a',
    SecretString: 'é😀"\\\u0000',
    Tags: [{ Key: 'k', Value: '' }],
    ForceOverwriteReplicaSecret: false,
  })
})

test('secretsmanager: bytes and instants', async () => {
  const bytes = new Uint8Array([0, 1, 255])
  const { asked, client } = secrets({ SecretBinary: bytes, CreatedDate: at })
  await client.send(new PutSecretValueCommand({ SecretId: 'a', SecretBinary: bytes }))
  assert.deepEqual(new Uint8Array(asked[0]?.input.SecretBinary as Uint8Array), bytes)
  const read = await client.send(new GetSecretValueCommand({ SecretId: 'a' }))
  assert.deepEqual(new Uint8Array(read.SecretBinary ?? []), bytes)
  assert.equal(read.CreatedDate?.getTime(), at)
})

test('secretsmanager: maps, nested structures, lists of them', async () => {
  const described = { VersionIdsToStages: { v1: ['AWSCURRENT'], v2: [] }, Tags: [] }
  const read = await secrets(described).client.send(new DescribeSecretCommand({ SecretId: 'a' }))
  assert.deepEqual(outputOf(read), described)
  const { asked, client } = secrets({ SecretList: [{ Name: 'a', LastAccessedDate: at }] })
  const listed = await client.send(
    new ListSecretsCommand({ MaxResults: 3, Filters: [{ Key: 'name', Values: ['a', '!b'] }] }),
  )
  assert.deepEqual(listed.SecretList, [{ Name: 'a', LastAccessedDate: new Date(at) }])
  assert.deepEqual(asked[0]?.input, {
    MaxResults: 3,
    Filters: [{ Key: 'name', Values: ['a', '!b'] }],
  })
})

test('secretsmanager: an answer without a body', async () => {
  const { client } = secrets({})
  const output = await client.send(new TagResourceCommand({ SecretId: 'a', Tags: [] }))
  assert.deepEqual(outputOf(output), {})
})

test('secretsmanager: a modelled error and a common one', async () => {
  const words = "Secrets Manager can't find the specified secret."
  const absent = secrets(new Fault('ResourceNotFoundException', words)).client
  await assert.rejects(absent.send(new GetSecretValueCommand({ SecretId: 'a' })), (error) => {
    assert.ok(error instanceof ResourceNotFoundException)
    assert.equal(error.message, words)
    assert.equal(error.$metadata.httpStatusCode, 400)
    return true
  })
  const denied = secrets(new Fault('AccessDeniedException', 'not you')).client
  await assert.rejects(denied.send(new GetSecretValueCommand({ SecretId: 'a' })), {
    name: 'AccessDeniedException',
    message: 'not you',
  })
})

test('iam: a form of every kind, an answer of structures', async () => {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [] })
  const role = {
    Path: '/x/',
    RoleName: 'r',
    RoleId: 'AROAEXAMPLE',
    Arn: 'arn:aws:iam::123456789012:role/x/r',
    CreateDate: Date.UTC(2026, 10, 21),
    AssumeRolePolicyDocument: encodeURIComponent(document),
  }
  const { asked, client } = identities({ Role: role })
  const command = {
    RoleName: 'r',
    AssumeRolePolicyDocument: document,
    Description: 'a + b & c\r\n',
    MaxSessionDuration: 3600,
    Tags: [
      { Key: 'k', Value: '' },
      { Key: 'é', Value: '=' },
    ],
  }
  const output = await client.send(new CreateRoleCommand(command))
  assert.deepEqual(asked, [{ operation: 'CreateRole', input: command }])
  assert.deepEqual(output.Role, { ...role, CreateDate: new Date(role.CreateDate) })
})

test('iam: empty lists, empty structures, maps, and no output at all', async () => {
  const user = { UserName: 'u', Tags: [] }
  const got = await identities({ User: user }).client.send(new GetUserCommand({}))
  assert.deepEqual({ ...got.User }, user)
  const used = await identities({ Role: { RoleLastUsed: {} } }).client.send(
    new GetRoleCommand({ RoleName: 'r' }),
  )
  assert.deepEqual({ ...used.Role?.RoleLastUsed }, {})
  const summary = await identities({ SummaryMap: { Users: 3, Roles: 0 } }).client.send(
    new GetAccountSummaryCommand({}),
  )
  assert.deepEqual({ ...summary.SummaryMap }, { Users: 3, Roles: 0 })
  const gone = await identities({}).client.send(new DeleteUserCommand({ UserName: 'u' }))
  assert.deepEqual(outputOf(gone), {})
})

test('iam: a modelled error and a common one', async () => {
  const words = 'The user with name a<&>\u0001 cannot be found.'
  const absent = identities(new Fault('NoSuchEntity', words)).client
  await assert.rejects(absent.send(new GetUserCommand({ UserName: 'a' })), (error) => {
    assert.ok(error instanceof NoSuchEntityException)
    assert.equal(error.message, words.replace('\u0001', '\ufffd'))
    assert.equal(error.$metadata.httpStatusCode, 404)
    return true
  })
  const denied = identities(new Fault('AccessDeniedException', 'not you')).client
  await assert.rejects(denied.send(new GetUserCommand({})), {
    name: 'AccessDenied',
    message: 'not you',
  })
})

test('sts: a session out and in', async () => {
  const credentials = {
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 'a/b+c=<&>',
    SessionToken: 't'.repeat(2000),
    Expiration: Date.UTC(2026, 10, 21, 12),
  }
  const { asked, client } = tokens({ Credentials: credentials })
  const command = {
    RoleArn: 'arn:aws:iam::123456789012:role/r',
    RoleSessionName: 'me',
    PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    TransitiveTagKeys: ['k'],
  }
  const output = await client.send(new AssumeRoleCommand(command))
  assert.deepEqual(asked, [{ operation: 'AssumeRole', input: command }])
  assert.deepEqual(output.Credentials, {
    ...credentials,
    Expiration: new Date(credentials.Expiration),
  })
  const caller = { UserId: 'AIDA', Account: '123456789012', Arn: 'arn:aws:iam::123456789012:root' }
  const read = await tokens(caller).client.send(new GetCallerIdentityCommand({}))
  assert.deepEqual(outputOf(read), caller)
})

/** Any text that XML 1.0 can hold; the client reads a text of blanks alone as none. */
const xmlText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '&',
        '"',
        "'",
        '\r',
        '\n',
        '\t',
        ' ',
        ']]>',
        '&amp;',
        '\u0085',
        '😀',
      ),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((parts) => `x${parts.join('')}x`)

test('iam: any text that XML can hold arrives as it left', async () => {
  await fc.assert(
    fc.asyncProperty(xmlText, async (Description) => {
      const { client } = identities({ Role: { Description } })
      const { Role: role } = await client.send(new GetRoleCommand({ RoleName: 'r' }))
      assert.equal(role?.Description, Description)
    }),
  )
})

test('secretsmanager: any text arrives as it was sent, and leaves as it was kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (SecretString) => {
      const { asked, client } = secrets({ SecretString })
      await client.send(new PutSecretValueCommand({ SecretId: 'a', SecretString }))
      assert.equal(asked[0]?.input.SecretString, SecretString)
      const read = await client.send(new GetSecretValueCommand({ SecretId: 'a' }))
      assert.equal(read.SecretString, SecretString)
    }),
  )
})
