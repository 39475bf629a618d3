/** A house with people in it, and the few steps that the tests of STS have in common. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { type Credentials, STSClient } from '@aws-sdk/client-sts'
import { type HouseOptions, type Keys, raiseHouse, type TestHouse } from '../../house.ts'

export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Principal?: unknown
  readonly Condition?: unknown
}

export const policy = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

/** A trust policy: these principals may do these actions. */
export const trust = (
  Principal: unknown,
  Condition?: unknown,
  Action: string | readonly string[] = [
    'sts:AssumeRole',
    'sts:TagSession',
    'sts:SetSourceIdentity',
  ],
): string => policy({ Effect: 'Allow', Principal, Action, ...(Condition ? { Condition } : {}) })

export const account = '000000000000'
export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`
export const userArn = (name: string): string => `arn:aws:iam::${account}:user/${name}`

export interface Scene extends AsyncDisposable {
  readonly house: TestHouse
  readonly iam: IAMClient
  /** A user with an access key and, if given, an inline policy. */
  user(name: string, document?: string): Promise<Keys>
  role(name: string, trustDocument: string, document?: string): Promise<string>
  sts(keys: Keys): STSClient
}

export async function raiseScene(options?: HouseOptions): Promise<Scene> {
  const house = await raiseHouse(options)
  const iam = new IAMClient(house.client())
  return {
    house,
    iam,
    async user(UserName, PolicyDocument) {
      await iam.send(new CreateUserCommand({ UserName }))
      if (PolicyDocument) {
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument }))
      }
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
      return {
        accessKeyId: AccessKey?.AccessKeyId ?? '',
        secretAccessKey: AccessKey?.SecretAccessKey ?? '',
      }
    },
    async role(RoleName, AssumeRolePolicyDocument, PolicyDocument) {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
      if (PolicyDocument) {
        await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument }))
      }
      return roleArn(RoleName)
    },
    sts: (keys) => new STSClient(house.client(keys)),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

/** Credentials out of an answer, as clients take them. */
export const keysOf = ({ Credentials }: { Credentials?: Credentials | undefined }): Keys => ({
  accessKeyId: Credentials?.AccessKeyId ?? '',
  secretAccessKey: Credentials?.SecretAccessKey ?? '',
  sessionToken: Credentials?.SessionToken ?? '',
})
