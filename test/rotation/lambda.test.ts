/**
 * The whole way: a rotation function in Node and one in Python, deployed by Lambda's API, run in processes
 * of their own with their role's credentials, and invoked by Secrets Manager as its service principal.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import type { ClientConfig } from '../house.ts'
import { until } from '../until.ts'
import { OneLogin } from '../wire/secretsmanager/functions.ts'
import { raiseScene, refused, type Scene } from '../wire/secretsmanager/scene.ts'
import { call, StrongroomRecords } from '../wire/strongroom/records.ts'
import { admit, deploy, makeRole } from './rotator.ts'

const functions = [
  { runtime: 'nodejs22.x', files: ['index.mjs'], handler: 'index.handler' },
  { runtime: 'python3.11', files: ['rotate.py'], handler: 'rotate.lambda_handler' },
] as const

let scene: Scene
let config: ClientConfig
let role: string
const login = new OneLogin('first')

/** The login service of one user. */
const service = createServer(async (request, response) => {
  const { password = '', by = '' } = (await json(request)) as Record<string, string>
  const isChange = request.url === '/password'
  const isFine = isChange
    ? await login.set(password, by).then(
        () => true,
        () => false,
      )
    : await login.opens(password)
  response.writeHead(isFine ? 200 : 403).end('{}')
})

before(async () => {
  service.listen(0, '127.0.0.1')
  await once(service, 'listening')
  scene = await raiseScene({ world: { rotation: { lookMs: 50 } } })
  config = scene.house.client()
  role = await makeRole(config, 'login/')
})
after(async () => {
  service.close()
  service.closeAllConnections()
  await scene[Symbol.asyncDispose]()
})

const notInvocable =
  'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.'

for (const program of functions) {
  describe(`a rotation function on ${program.runtime}`, () => {
    let RotationLambdaARN: string
    let SecretId: string
    let arn: string
    const rotate = () => {
      const RotationRules = { AutomaticallyAfterDays: 30 }
      const wish = { SecretId, RotationLambdaARN, RotationRules }
      return scene.root.send(new RotateSecretCommand(wish))
    }
    const read = async () => {
      const { SecretString = '' } = await scene.root.send(new GetSecretValueCommand({ SecretId }))
      return JSON.parse(SecretString).password as string
    }

    before(async () => {
      const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
      await login.set('first', await currentPassword())
      const SecretString = JSON.stringify({ url, password: 'first' })
      const Name = `login/${program.runtime}`
      ;({ arn, name: SecretId } = await scene.secret({ Name, SecretString }))
      RotationLambdaARN = await deploy(config, role, program)
    })

    test('is not invoked before its policy admits Secrets Manager for this secret', async () => {
      await refused(rotate(), 'AccessDeniedException', notInvocable)
      await admit(config, RotationLambdaARN, 'another', `${arn}-another`)
      await refused(rotate(), 'AccessDeniedException', notInvocable)
    })

    test('rotates the secret, and the new value opens', async () => {
      await admit(config, RotationLambdaARN, 'this', arn)
      const { VersionId } = await rotate()
      const turn = async () => {
        const { Rotation } = await call<{ Rotation: { Turn?: { State: string } } }>(
          scene.house,
          'DescribeRotation',
          { SecretId },
        )
        return Rotation.Turn
      }
      await until(async () => !['running', undefined].includes((await turn())?.State))
      assert.equal((await turn())?.State, 'succeeded', JSON.stringify(await turn()))
      assert.ok(await login.opens(await read()))
      assert.notEqual(await read(), 'first')
      const { VersionIdsToStages = {} } = await scene.root.send(
        new DescribeSecretCommand({ SecretId }),
      )
      assert.deepEqual(VersionIdsToStages[VersionId ?? ''], ['AWSCURRENT', 'AWSPENDING'])
    })

    test('is recorded: the service invokes, the role reads and writes', async () => {
      const records = await new StrongroomRecords(scene.house).newest(900)
      const by = (eventName: string) => records.find((each) => each.eventName === eventName)
      assert.deepEqual(by('Invoke')?.userIdentity, {
        type: 'AWSService',
        invokedBy: 'secretsmanager.amazonaws.com',
      })
      assert.equal(by('PutSecretValue')?.userIdentity.type, 'AssumedRole')
      const text = JSON.stringify(records)
      assert.ok(!text.includes(await read()), 'no value is in the audit')
    })
  })
}

/** What opens the login now; each function begins anew. */
async function currentPassword(): Promise<string> {
  if (await login.opens('first')) return 'first'
  const Name = `login/${functions[0].runtime}`
  const { SecretString = '' } = await scene.root.send(new GetSecretValueCommand({ SecretId: Name }))
  return JSON.parse(SecretString).password
}
