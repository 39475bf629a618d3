/**
 * The payment handlers of a tutorial, deployed and invoked with the AWS CLI: each reads its secret with
 * its role and can do nothing else, and the secret is in no log.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { strToU8, zipSync } from 'fflate'
import { raiseHouse, type TestHouse } from '../house.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { run, userEnvironment, withoutAws } from './tools.ts'

const secretName = 'prod/payment/gateway-key'
const secretValue = `canary-${'k'.repeat(24)}`

/** As its author wrote it for AWS, without the lines that call it here. */
const cached = readFileSync(
  fileURLToPath(new URL('./programs/gateway.mjs', import.meta.url)),
  'utf8',
).split('const answers')[0] as string

/** The secret before the first event; and what its role does not let it do. */
const early = `
import {
  GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'

const client = new SecretsManagerClient({})
const { SecretString } = await client.send(
  new GetSecretValueCommand({ SecretId: '${secretName}' }),
)
const refusals = []
for (const command of [
  new GetSecretValueCommand({ SecretId: 'prod/other' }),
  new ListSecretsCommand({}),
]) {
  await client.send(command).catch(({ name }) => refusals.push(name))
}
export const handler = async (event) => ({ amount: event.amount, length: SecretString.length, refusals })
`

describe('functions with the AWS CLI', { skip: withoutAws }, () => {
  let house: TestHouse
  const notRun = 'nothing keeps functions from the server here'
  let isRun = true
  const aws = (...args: string[]) =>
    run('aws', [...args, '--output', 'json'], userEnvironment(house))
  const must = async (...args: string[]) => {
    const { code, stdout, stderr } = await aws(...args)
    assert.equal(code, 0, stderr)
    return stdout ? JSON.parse(stdout) : undefined
  }
  const file = (name: string, bytes: string | Uint8Array) => {
    const path = join(house.dataPath, name)
    writeFileSync(path, bytes)
    return path
  }
  const policy = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

  before(async () => {
    const functionsLibraries = fileURLToPath(new URL('../../', import.meta.url))
    house = await raiseHouse({ flags: { functionsLibraries } })
    const secrets = new SecretsManagerClient(house.client())
    for (const Name of [secretName, 'prod/other']) {
      await secrets.send(new CreateSecretCommand({ Name, SecretString: secretValue }))
    }
    const role = ['--role-name', 'payment']
    const service = { Service: 'lambda.amazonaws.com' }
    const trust = policy({ Principal: service, Action: 'sts:AssumeRole' })
    await must('iam', 'create-role', ...role, '--assume-role-policy-document', trust)
    const Resource = `arn:aws:secretsmanager:us-east-1:000000000000:secret:${secretName}-??????`
    const read = policy({ Action: 'secretsmanager:GetSecretValue', Resource })
    await must('iam', 'put-role-policy', ...role, '--policy-name', 'r', '--policy-document', read)
  })
  after(async () => {
    await house[Symbol.asyncDispose]()
  })

  const deploy = async (name: string, source: string) => {
    const zip = file(`${name}.zip`, zipSync({ 'index.mjs': strToU8(source) }))
    const settings = ['--runtime', 'nodejs22.x', '--handler', 'index.handler', '--timeout', '60']
    const made = await must(
      ...['lambda', 'create-function', '--function-name', name, ...settings],
      ...['--role', 'arn:aws:iam::000000000000:role/payment', '--zip-file', `fileb://${zip}`],
    )
    assert.equal(made.State, 'Active')
    await must('lambda', 'wait', 'function-active-v2', '--function-name', name)
  }

  /** What the function answered; `undefined` on a machine that keeps no function from its server. */
  const invoke = async (name: string, event: object) => {
    const answer = join(house.dataPath, 'answer.json')
    const payload = `fileb://${file('event.json', JSON.stringify(event))}`
    const { code, stdout, stderr } = await aws(
      ...['lambda', 'invoke', '--function-name', name, '--payload', payload, answer],
    )
    if (stderr.includes('InvalidRuntimeException')) return undefined
    assert.equal(code, 0, stderr)
    const text = readFileSync(answer, 'utf8')
    assert.equal(JSON.parse(stdout).FunctionError, undefined, text)
    return JSON.parse(text)
  }

  for (const [name, source, expected] of [
    ['cached', cached, { statusCode: 200, body: 'charged 5 with a key of 31 characters' }],
    [
      'early',
      early,
      { amount: 5, length: 31, refusals: ['AccessDeniedException', 'AccessDeniedException'] },
    ],
  ] as const) {
    test(`a handler with its secret ${name}`, async (t) => {
      await deploy(name, source)
      const first = await invoke(name, { amount: 5 })
      isRun = first !== undefined
      if (!isRun) return t.skip(notRun)
      assert.deepEqual(first, expected)
      assert.deepEqual(await invoke(name, { amount: 5 }), expected)
    })
  }

  test('the secret was read by the role, once for each environment, and is in no log', async (t) => {
    if (!isRun) return t.skip(notRun)
    const records = await new StrongroomRecords(house).newest(60)
    const reads = records.filter(({ eventName }) => eventName === 'GetSecretValue')
    const granted = reads.filter(({ errorCode }) => errorCode === undefined)
    assert.deepEqual(
      granted.map(({ userIdentity }) => userIdentity.arn),
      ['early', 'cached'].map((name) => `arn:aws:sts::000000000000:assumed-role/payment/${name}`),
    )
    const logs = new CloudWatchLogsClient(house.client())
    for (const name of ['early', 'cached']) {
      const filter = new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` })
      const { events = [] } = await logs.send(filter)
      assert.ok(events.some(({ message }) => message?.startsWith('REPORT RequestId: ')))
      assert.doesNotMatch(JSON.stringify(events), /canary/)
    }
    assert.doesNotMatch(JSON.stringify(records), /canary/)
    assert.doesNotMatch(house.complaints.join(), /canary/)
    for (const each of readdirSync(house.dataPath, { withFileTypes: true })) {
      if (!each.isFile()) continue
      const bytes = readFileSync(join(house.dataPath, each.name))
      assert.ok(!bytes.includes(secretValue), each.name)
    }
  })
})
