/**
 * The handler of every tutorial: a function that charges a card with a key that it reads from Secrets
 * Manager by its role, once for all invocations. Deployed and invoked through the API of a real
 * `strongroom serve`; the key stands in no log, no answer of the audit and no file.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { zipOf } from '../functions/fixture.ts'
import { type Served, serveProcess } from '../process.ts'
import { until } from '../until.ts'

const canary = 'sk_live_9c1f6b2e7d'
const checkout = fileURLToPath(new URL('../..', import.meta.url))
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

/** The secret is read when the first customer comes, and kept outside the handler. */
const lazily = `
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
const secrets = new SecretsManagerClient()
let key
export const handler = async ({ amount, from = 'payment/key' }) => {
  key ??= JSON.parse((await secrets.send(new GetSecretValueCommand({ SecretId: from }))).SecretString).key
  console.log('charging', amount)
  return { charged: amount, keyLength: key.length, who: process.env.AWS_ACCESS_KEY_ID.slice(0, 4) }
}`

/** The secret is read before the first customer comes. */
const early = `
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
const { SecretString } = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: 'payment/key' }))
const { key } = JSON.parse(SecretString)
export const handler = async ({ amount }) => ({ charged: amount, keyLength: key.length })`

describe('a payment handler', () => {
  const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-payment-'))
  let served: Served
  let lambda: LambdaClient
  let logs: CloudWatchLogsClient

  before(async () => {
    served = await serveProcess(dataPath, '--functions-libraries', checkout)
    const client = {
      ...{ endpoint: served.url, region: 'us-east-1', credentials: served.root, maxAttempts: 1 },
    }
    lambda = new LambdaClient(client)
    logs = new CloudWatchLogsClient(client)
    const secrets = new SecretsManagerClient(client)
    for (const Name of ['payment/key', 'payroll/key']) {
      await secrets.send(
        new CreateSecretCommand({ Name, SecretString: JSON.stringify({ key: canary }) }),
      )
    }
    const Role = await makeRole(new IAMClient(client))
    for (const [FunctionName, code] of Object.entries({ lazily, early })) {
      await lambda.send(
        new CreateFunctionCommand({
          ...{ FunctionName, Role, Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 20 },
          MemorySize: 256,
          Code: { ZipFile: zipOf({ 'index.mjs': code }) },
        }),
      )
    }
  })
  after(async () => {
    await served.end()
    rmSync(dataPath, { recursive: true, force: true })
  })

  const invoke = async (FunctionName: string, event: object) => {
    const Payload = JSON.stringify(event)
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload, LogType: 'Tail' }))
    const value = JSON.parse(Buffer.from(answer.Payload ?? []).toString())
    return { value, error: answer.FunctionError, tail: atob(answer.LogResult ?? '') }
  }

  test('reads its secret with its role and answers', async () => {
    const { value, error, tail } = await invoke('lazily', { amount: 5 })
    assert.deepEqual(
      [value, error],
      [{ charged: 5, keyLength: canary.length, who: 'ASIA' }, undefined],
    )
    assert.match(tail, /INFO\tcharging 5\n/)
    assert.equal((await invoke('lazily', { amount: 6 })).value.charged, 6)
  })

  test('reads it with top-level await, before the first invocation', async () => {
    const { value } = await invoke('early', { amount: 7 })
    assert.deepEqual(value, { charged: 7, keyLength: canary.length })
  })

  test('may read nothing else', async () => {
    const Handler = 'index.handler'
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'lazily' }))
    await lambda.send(
      new CreateFunctionCommand({
        ...{ FunctionName: 'curious', Role: Configuration?.Role, Runtime: 'nodejs22.x', Handler },
        ...{ Timeout: 20, Code: { ZipFile: zipOf({ 'index.mjs': lazily }) } },
      }),
    )
    const { value, error } = await invoke('curious', { amount: 1, from: 'payroll/key' })
    assert.deepEqual([value.errorType, error], ['AccessDeniedException', 'Unhandled'])
    assert.match(
      value.errorMessage,
      /assumed-role\/payment\/curious is not authorized to perform: secretsmanager:GetSecretValue/,
    )
  })

  test('its lines can be read', async () => {
    const find = () =>
      logs
        .send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/lazily' }))
        .catch(() => undefined)
    const messages = await until(async () => {
      const found = (await find())?.events?.map(({ message }) => message) ?? []
      return found.some((line) => line?.includes('charging 6')) && found
    })
    assert.ok(messages.every((line) => !line?.includes(canary)))
  })

  test('the key is nowhere in the open', async () => {
    await served.end()
    assert.equal(served.stderr().includes(canary), false)
    const files = readdirSync(dataPath, { recursive: true, withFileTypes: true })
    for (const file of files.filter((each) => each.isFile())) {
      const text = readFileSync(join(file.parentPath, file.name), 'latin1')
      assert.equal(text.includes(canary), false, file.name)
    }
  })
})

async function makeRole(iam: IAMClient): Promise<string | undefined> {
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'payment',
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  )
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'payment',
      PolicyName: 'read',
      PolicyDocument: policy({
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:payment/key-??????',
      }),
    }),
  )
  return Role?.Arn
}
