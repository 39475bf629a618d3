/** Commands without a key: credentials from what hands them out on this machine. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { raiseHouse } from '../house.ts'
import { typed } from './command.ts'

const house = await raiseHouse()
after(() => house[Symbol.asyncDispose]())
const account = '000000000000'
const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
const iam = new IAMClient(house.client())
const RoleArn = `arn:aws:iam::${account}:role/lister`

await iam.send(
  new CreateRoleCommand({
    RoleName: 'lister',
    AssumeRolePolicyDocument: document({
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'sts:AssumeRole',
    }),
  }),
)
await iam.send(
  new PutRolePolicyCommand({
    RoleName: 'lister',
    PolicyName: 'p',
    PolicyDocument: document({ Action: 'secretsmanager:*', Resource: '*' }),
  }),
)
await iam.send(new CreateUserCommand({ UserName: 'u' }))
await iam.send(
  new PutUserPolicyCommand({
    UserName: 'u',
    PolicyName: 'p',
    PolicyDocument: document({ Action: 'sts:AssumeRole', Resource: RoleArn }),
  }),
)
const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'u' }))
const user = {
  accessKeyId: AccessKey?.AccessKeyId ?? '',
  secretAccessKey: AccessKey?.SecretAccessKey ?? '',
}
const { Credentials } = await new STSClient(house.client(user)).send(
  new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }),
)

const server = createServer((request, response) => {
  const isKnown = request.headers.authorization === 'the token'
  response.writeHead(isKnown ? 200 : 403).end(
    JSON.stringify({
      AccessKeyId: Credentials?.AccessKeyId,
      SecretAccessKey: Credentials?.SecretAccessKey,
      Token: Credentials?.SessionToken,
      Expiration: Credentials?.Expiration?.toISOString(),
    }),
  )
}).listen(0, '127.0.0.1')
after(() => server.close())
await new Promise((resolve) => server.once('listening', resolve))
const environment = {
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: 'the token',
  AWS_ENDPOINT_URL: house.url,
}

test('the endpoint hands out credentials of a role', async () => {
  assert.equal((await typed(['set', 'a/b'], environment, 'x')).code, 0)
  assert.equal((await typed(['get', 'a/b'], environment)).stdout, 'x')
})

test('refused: a token that it does not know, an address that is neither near nor https', async () => {
  const wrong = { ...environment, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'another' }
  assert.match((await typed(['list'], wrong)).stderr, /hands out no credentials: 403\.\n$/)
  const far = { ...environment, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/' }
  assert.match((await typed(['list'], far)).stderr, /neither https nor on this machine\.\n$/)
})
