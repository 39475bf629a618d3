/** A house with functions and people, and the few steps that the tests of Lambda have in common. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { type HouseOptions, type Keys, raiseHouse, type TestHouse } from '../../house.ts'
import { callJson } from '../../raw.ts'
import { type TestRunner, testRunner } from './runner.ts'

export const account = '000000000000'
export const region = 'us-east-1'
export const roleArn = `arn:aws:iam::${account}:role/worker`
export const arnOf = (name: string, qualifier?: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}${qualifier ? `:${qualifier}` : ''}`

/** A zip with one handler, \`export const handler = ...\`. */
export const zipOf = (handler: string): Uint8Array =>
  zipSync({ 'index.mjs': strToU8(`export const handler = ${handler}`) })

export const echo = 'async (event) => event'

export const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  })

export const allow = (action: string | readonly string[], resource = '*') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  })

export interface Scene extends AsyncDisposable {
  readonly house: TestHouse
  readonly runner: TestRunner
  readonly iam: IAMClient
  /** The account's root, who may everything. */
  readonly root: LambdaClient
  /** Lambda for these keys. */
  client(keys: Keys): LambdaClient
  /** Keys of a new user with this policy, if any. */
  user(document?: string): Promise<Keys>
  /** A new function of root's; echoes unless it is given another handler. */
  make(name: string, input?: Partial<CreateFunctionCommandInput>): Promise<void>
  /** The keys of another account's root. */
  stranger(): Promise<{ readonly account: string; readonly keys: Keys }>
}

let people = 0
let accounts = 0

export async function raiseScene(options: HouseOptions = {}): Promise<Scene> {
  const runner = testRunner()
  const house = await raiseHouse({ ...options, world: { runners: runner, ...options.world } })
  const iam = new IAMClient(house.client())
  const root = new LambdaClient(house.client())
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'worker',
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
    }),
  )
  return {
    house,
    runner,
    iam,
    root,
    client: (keys) => new LambdaClient(house.client(keys)),
    async user(document) {
      const UserName = `person-${++people}`
      await iam.send(new CreateUserCommand({ UserName }))
      if (document) {
        const PolicyName = 'own'
        const policy = { UserName, PolicyName, PolicyDocument: document }
        await iam.send(new PutUserPolicyCommand(policy))
      }
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
      return {
        accessKeyId: AccessKey?.AccessKeyId ?? '',
        secretAccessKey: AccessKey?.SecretAccessKey ?? '',
      }
    },
    async make(name, input = {}) {
      await root.send(new CreateFunctionCommand({ ...functionInput(name), ...input }))
    },
    async stranger() {
      const number = `${111122220000 + ++accounts}`
      const call = { url: house.url, keys: house.root, service: 'strongroom' }
      const { body } = await callJson('Strongroom.CreateAccount', { AccountId: number }, call)
      const { AccessKeyId, SecretAccessKey } = JSON.parse(body)
      return {
        account: number,
        keys: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey },
      }
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

export const functionInput = (name: string): CreateFunctionCommandInput => ({
  FunctionName: name,
  Runtime: 'nodejs22.x',
  Handler: 'index.handler',
  Role: roleArn,
  Code: { ZipFile: zipOf(echo) },
})

/** Lets the worker role do more. */
export const allowRole = (iam: IAMClient, document: string) =>
  iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker',
      PolicyName: 'own',
      PolicyDocument: document,
    }),
  )
