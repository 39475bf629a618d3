/** A shipped function by the front door alone: created, permitted, attached, and run by the engine itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { rolePolicy, rotators } from '../../src/rotators/catalogue.ts'
import { pack } from '../../src/rotators/pack.ts'
import { raiseHouse } from '../house.ts'
import { until } from '../until.ts'

const account = '000000000000'

test('from a role to a new value', async () => {
  await using house = await raiseHouse({ world: { rotation: { lookMs: 50 } } })
  const [iam, lambda] = [new IAMClient(house.client()), new LambdaClient(house.client())]
  const secrets = new SecretsManagerClient(house.client())
  const rotator = rotators.get('random')
  assert.ok(rotator)
  const made = await secrets.send(new CreateSecretCommand({ Name: 'pepper', SecretString: 'old' }))
  const { ARN: arn = '' } = made

  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  }
  const RoleName = 'rotator'
  const AssumeRolePolicyDocument = JSON.stringify(trust)
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = JSON.stringify(rolePolicy(rotator, { arn }))
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
  const created = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'rotate-random',
      Role: Role?.Arn,
      Runtime: rotator.runtime,
      Handler: rotator.handler,
      Timeout: rotator.timeoutSeconds,
      MemorySize: rotator.memoryMegabytes,
      Code: { ZipFile: pack(rotator) },
    }),
  )
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: 'rotate-random',
      StatementId: 'rotation',
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: account,
      SourceArn: arn,
    }),
  )
  const wish = { SecretId: arn, RotationLambdaARN: created.FunctionArn }
  await secrets.send(
    new RotateSecretCommand({ ...wish, RotationRules: { AutomaticallyAfterDays: 30 } }),
  )

  const read = async () =>
    (await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString
  const value = await until(async () => {
    const found = await read()
    return found !== 'old' && found
  })
  assert.match(value, /^.{32}$/)
})
