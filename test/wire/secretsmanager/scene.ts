/** A house with secrets and people, and the few steps that the tests of Secrets Manager have in common. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { KMSClient } from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { type HouseOptions, type Keys, raiseHouse, type TestHouse } from '../../house.ts'
import { callJson } from '../../raw.ts'

export interface Statement {
  readonly Effect?: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Principal?: unknown
  readonly Condition?: unknown
}

/** A policy text; a statement allows unless it says otherwise. */
export const policy = (...statements: readonly Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((each) => ({ Effect: 'Allow', Resource: '*', ...each })),
  })

export const account = '000000000000'
export const home = 'us-east-1'

export interface Scene extends AsyncDisposable {
  readonly house: TestHouse
  /** The account's root, who may everything. */
  readonly root: SecretsManagerClient
  readonly kms: KMSClient
  /** Root in another region. */
  at(region: string): SecretsManagerClient
  keysAt(region: string): KMSClient
  client(keys: Keys, region?: string): SecretsManagerClient
  /** Keys of a new user with this policy, if any. */
  user(document?: string): Promise<Keys>
  /** A client of a new user. */
  as(...statements: readonly Statement[]): Promise<SecretsManagerClient>
  /** A new secret of root's. */
  secret(input?: Partial<CreateSecretCommandInput>): Promise<Made>
  /** A request as it stands, which no SDK would send. */
  raw(operation: string, input: object | string): Promise<{ status: number; body: unknown }>
  /** A client of another account's root. */
  stranger(): Promise<{ readonly account: string; readonly keys: Keys }>
}

export interface Made {
  readonly arn: string
  readonly name: string
  readonly versionId: string
}

export async function raiseScene(options?: HouseOptions): Promise<Scene> {
  const house = await raiseHouse(options)
  const iam = new IAMClient(house.client())
  const root = new SecretsManagerClient(house.client())
  const client = (keys: Keys, region?: string) =>
    new SecretsManagerClient(house.client(keys, region))
  const user = async (PolicyDocument?: string): Promise<Keys> => {
    const UserName = `user-${randomUUID()}`
    await iam.send(new CreateUserCommand({ UserName }))
    if (PolicyDocument) {
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    return {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
  }
  return {
    house,
    root,
    kms: new KMSClient(house.client()),
    at: (region) => client(house.root, region),
    keysAt: (region) => new KMSClient(house.client(house.root, region)),
    client,
    user,
    as: async (...statements) =>
      client(await user(statements.length > 0 ? policy(...statements) : undefined)),
    async secret(input = {}) {
      const Name = input.Name ?? `secret/${randomUUID()}`
      const made = await root.send(
        new CreateSecretCommand({ SecretString: 'value', ...input, Name }),
      )
      return { arn: made.ARN ?? '', name: Name, versionId: made.VersionId ?? '' }
    },
    async raw(operation, input) {
      const call = { url: house.url, keys: house.root }
      const { status, body } = await callJson(`secretsmanager.${operation}`, input, call)
      return { status, body: JSON.parse(body) }
    },
    async stranger() {
      const call = { url: house.url, keys: house.root, service: 'strongroom' }
      const { body } = await callJson('Strongroom.CreateAccount', {}, call)
      const made = JSON.parse(body)
      return { account: made.AccountId, keys: keysIn(made) }
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

const keysIn = (made: Record<string, string>): Keys => ({
  accessKeyId: made.AccessKeyId ?? '',
  secretAccessKey: made.SecretAccessKey ?? '',
})

/** The promise is refused with this code and, letter by letter, these words. */
export async function refused(
  promise: Promise<unknown>,
  code: string,
  words: string | RegExp,
): Promise<void> {
  await assert.rejects(promise, (thrown: Error) => {
    assert.equal(thrown.name, code, thrown.message)
    if (typeof words === 'string') assert.equal(thrown.message, words)
    else assert.match(thrown.message, words)
    return true
  })
}

/** What the service says in every operation. */
export const said = {
  notFound: "Secrets Manager can't find the specified secret.",
  badName:
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  deleted: "You can't perform this operation on the secret because it was marked for deletion.",
  replica:
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  noToken: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
  noValue: (label: string) =>
    `Secrets Manager can't find the specified secret value for staging label: ${label}`,
} as const

/** A client whose requests carry no signature. */
export function unsigned(house: TestHouse): SecretsManagerClient {
  const signer = { sign: async <T>(request: T): Promise<T> => request }
  return new SecretsManagerClient({ ...house.client(), signer })
}
