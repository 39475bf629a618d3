/** A rotation function as people deploy one: its role with what AWS's documentation gives it, its code, its policy. */
import { readFileSync } from 'node:fs'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  type Runtime,
} from '@aws-sdk/client-lambda'
import { zipOf } from '../functions/fixture.ts'
import type { ClientConfig } from '../house.ts'

const account = '000000000000'
const programs = new URL('programs/', import.meta.url)

/** The role of rotation functions for secrets whose names begin so. */
export async function makeRole(config: ClientConfig, prefix: string): Promise<string> {
  const iam = new IAMClient(config)
  const RoleName = 'Rotator'
  const document = (...Statement: object[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: Statement.map((each) => ({ Effect: 'Allow', ...each })),
    })
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({
        Action: 'sts:AssumeRole',
        Principal: { Service: 'lambda.amazonaws.com' },
      }),
    }),
  )
  const actions = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage']
  const PolicyDocument = document(
    {
      Action: actions.map((action) => `secretsmanager:${action}`),
      Resource: `arn:aws:secretsmanager:us-east-1:${account}:secret:${prefix}*`,
    },
    { Action: 'secretsmanager:GetRandomPassword', Resource: '*' },
  )
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
  return Role?.Arn ?? ''
}

export interface Program {
  readonly runtime: string
  readonly files: readonly string[]
  readonly handler: string
  readonly variables?: Readonly<Record<string, string>>
}

/** Deploys a program of `programs/`; gives its ARN. */
export async function deploy(
  config: ClientConfig,
  role: string,
  { runtime, files, handler, variables = {} }: Program,
): Promise<string> {
  const code = files.map((file) => [file, readFileSync(new URL(file, programs), 'utf8')])
  const { FunctionArn = '' } = await new LambdaClient(config).send(
    new CreateFunctionCommand({
      FunctionName: `rotate-${runtime.split('.')[0]}`,
      Runtime: runtime as Runtime,
      Handler: handler,
      Role: role,
      Timeout: 30,
      Environment: { Variables: variables },
      Code: { ZipFile: zipOf(Object.fromEntries(code)) },
    }),
  )
  return FunctionArn
}

/** Lets Secrets Manager invoke a function for one secret. */
export async function admit(
  config: ClientConfig,
  FunctionName: string,
  StatementId: string,
  SourceArn: string,
): Promise<void> {
  await new LambdaClient(config).send(
    new AddPermissionCommand({
      FunctionName,
      StatementId,
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: account,
      SourceArn,
    }),
  )
}
