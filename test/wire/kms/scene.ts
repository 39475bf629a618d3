/** A house with keys and people, and the few steps that the tests of KMS have in common. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateKeyCommand, type CreateKeyCommandInput, KMSClient } from '@aws-sdk/client-kms'
import { type HouseOptions, raiseHouse, type TestHouse } from '../../house.ts'
import { callJson } from '../../raw.ts'

export interface Statement {
  readonly Effect?: 'Allow' | 'Deny'
  readonly Sid?: string
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
export const rootArn = `arn:aws:iam::${account}:root`
export const nowhere = '11111111-2222-3333-4444-555555555555'

export const arnOf = (keyId: string, region = home): string =>
  `arn:aws:kms:${region}:${account}:key/${keyId}`

/** The key policy that leaves everything to the account, and what else is said. */
export const keyPolicy = (...statements: readonly Statement[]): string =>
  policy({ Principal: { AWS: rootArn }, Action: 'kms:*' }, ...statements)

export interface MadeKey {
  readonly id: string
  readonly arn: string
}

export interface Person {
  readonly arn: string
  readonly kms: KMSClient
}

export interface Scene extends AsyncDisposable {
  readonly house: TestHouse
  /** The account's root. */
  readonly kms: KMSClient
  /** Root in another region. */
  at(region: string): KMSClient
  /** A new user with a policy of these statements, if any. */
  as(...statements: readonly Statement[]): Promise<Person>
  /** A new key of root's. */
  key(input?: CreateKeyCommandInput): Promise<MadeKey>
  /** A request as it stands, which no SDK would send. */
  raw(operation: string, input: object | string): Promise<{ status: number; body: unknown }>
  /** The root of another account. */
  stranger(): Promise<Person & { readonly account: string }>
}

export async function raiseScene(options?: HouseOptions): Promise<Scene> {
  const house = await raiseHouse(options)
  const iam = new IAMClient(house.client())
  const kms = new KMSClient(house.client())
  const call = { url: house.url, keys: house.root }
  return {
    house,
    kms,
    at: (region) => new KMSClient(house.client(house.root, region)),
    async as(...statements) {
      const UserName = `user-${randomUUID()}`
      const { User } = await iam.send(new CreateUserCommand({ UserName }))
      if (statements.length > 0) {
        const PolicyDocument = policy(...statements)
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
      }
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
      const accessKeyId = AccessKey?.AccessKeyId ?? ''
      const secretAccessKey = AccessKey?.SecretAccessKey ?? ''
      const keys = { accessKeyId, secretAccessKey }
      return { arn: User?.Arn ?? '', kms: new KMSClient(house.client(keys)) }
    },
    async key(input = {}) {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand(input))
      return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
    },
    async raw(operation, input) {
      const { status, body } = await callJson(`TrentService.${operation}`, input, {
        ...call,
        service: 'kms',
      })
      return { status, body: JSON.parse(body) }
    },
    async stranger() {
      const { body } = await callJson(
        'Strongroom.CreateAccount',
        {},
        { ...call, service: 'strongroom' },
      )
      const made = JSON.parse(body)
      const keys = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
      const arn = `arn:aws:iam::${made.AccountId}:root`
      return { arn, account: made.AccountId, kms: new KMSClient(house.client(keys)) }
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

/** What the SDK says where AWS sends no message. */
const wordless = 'UnknownError'

/** The promise is refused with this code and, letter by letter, these words; none if none are given. */
export async function refused(
  promise: Promise<unknown>,
  code: string,
  words: string | RegExp = wordless,
): Promise<void> {
  await assert.rejects(promise, (thrown: Error) => {
    assert.equal(thrown.name, code, thrown.message)
    if (typeof words === 'string') assert.equal(thrown.message, words)
    else assert.match(thrown.message, words)
    return true
  })
}

/** A client whose requests carry no signature. */
export function unsigned(house: TestHouse): KMSClient {
  const signer = { sign: async <T>(request: T): Promise<T> => request }
  return new KMSClient({ ...house.client(), signer })
}

export const bytes = (text: string): Uint8Array => Buffer.from(text)
export const text = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString()

/** What is said of keys in every operation. */
export const said = {
  absent: (keyId: string) => `Key '${arnOf(keyId)}' does not exist`,
  disabled: (keyId: string) => `${arnOf(keyId)} is disabled.`,
  pendingDeletion: (keyId: string) => `${arnOf(keyId)} is pending deletion.`,
  pendingImport: (keyId: string) => `${arnOf(keyId)} is pending import.`,
  dryRun: 'The request would have succeeded, but the DryRun option is set.',
  unreachable:
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  denied: (who: string, action: string, on: string, what: string) =>
    `User: ${who} is not authorized to perform: ${action}${on && ` on resource: ${on}`} because no ${what} policy allows the ${action} action`,
} as const
