/**
 * The pair of policies that every tutorial shows: a role's policy scoped to one secret with kms:Decrypt
 * through Secrets Manager only, and the secret's own policy, which shuts out everybody but that role.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'

const account = '000000000000'
const name = 'thirdparty/weather-api-key'
const roleArn = `arn:aws:iam::${account}:role/ingestion`
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const resourcePolicy = document(
  {
    Sid: 'OnlyTheRole',
    Effect: 'Allow',
    Principal: { AWS: roleArn },
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  },
  {
    Sid: 'NobodyElse',
    Effect: 'Deny',
    Principal: '*',
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:PrincipalArn': roleArn } },
  },
)

describe("the tutorials' pair of policies", () => {
  let house: TestHouse
  let role: Keys
  let administrator: Keys
  let keyId: string
  let ciphertext: Uint8Array

  const read = (keys: Keys) =>
    new SecretsManagerClient(house.client(keys)).send(new GetSecretValueCommand({ SecretId: name }))

  before(async () => {
    house = await raiseHouse()
    const iam = new IAMClient(house.client())
    const kms = new KMSClient(house.client())
    const secrets = new SecretsManagerClient(house.client())
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    keyId = KeyMetadata?.Arn ?? ''
    const encrypted = await kms.send(
      new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from('direct') }),
    )
    ciphertext = encrypted.CiphertextBlob ?? new Uint8Array()
    await secrets.send(
      new CreateSecretCommand({ Name: name, SecretString: '{"api_key":"k"}', KmsKeyId: keyId }),
    )
    role = await makeRole(iam)
    administrator = await makeAdministrator(iam)
    assert.equal((await read(administrator)).SecretString, '{"api_key":"k"}')
    await secrets.send(
      new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy: resourcePolicy }),
    )
  })
  after(() => house[Symbol.asyncDispose]())

  async function makeRole(iam: IAMClient): Promise<Keys> {
    const trust = document({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'sts:AssumeRole',
    })
    await iam.send(
      new CreateRoleCommand({ RoleName: 'ingestion', AssumeRolePolicyDocument: trust }),
    )
    const policy = document(
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}-*`,
      },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: keyId,
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' },
        },
      },
    )
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'ingestion',
        PolicyName: 'read',
        PolicyDocument: policy,
      }),
    )
    // Root may not assume roles; a user of the account does.
    const user = await makeUser(iam, 'starter', {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: roleArn,
    })
    const { Credentials } = await new STSClient(house.client(user)).send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'one' }),
    )
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
  }

  async function makeUser(iam: IAMClient, UserName: string, statement: object): Promise<Keys> {
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: document(statement) }),
    )
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    return {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
  }

  const makeAdministrator = (iam: IAMClient) =>
    makeUser(iam, 'administrator', { Effect: 'Allow', Action: '*', Resource: '*' })

  test('the role reads the secret', async () => {
    assert.equal((await read(role)).SecretString, '{"api_key":"k"}')
  })

  test('the same role is refused a direct kms:Decrypt', async () => {
    const direct = new KMSClient(house.client(role)).send(
      new DecryptCommand({ CiphertextBlob: ciphertext }),
    )
    await assert.rejects(direct, {
      name: 'AccessDeniedException',
      message:
        /^The ciphertext refers to a customer master key that .*you are not allowed to access\.$/,
    })
  })

  test('the administrator does not read it, and neither does the root', async () => {
    for (const keys of [administrator, house.root]) {
      await assert.rejects(read(keys), {
        name: 'AccessDeniedException',
        message: /with an explicit deny in a resource-based policy$/,
      })
    }
  })

  test('the administrator still describes it', async () => {
    const { Name } = await new SecretsManagerClient(house.client(administrator)).send(
      new DescribeSecretCommand({ SecretId: name }),
    )
    assert.equal(Name, name)
  })

  test('the lint warns that administrators are shut out', async () => {
    const { ValidationErrors = [] } = await new SecretsManagerClient(house.client()).send(
      new ValidateResourcePolicyCommand({ SecretId: name, ResourcePolicy: resourcePolicy }),
    )
    const words = ValidationErrors.map((each) => `${each.CheckName}: ${each.ErrorMessage}`)
    assert.ok(
      words.some((each) => /shut|lock|administrator/i.test(each)),
      JSON.stringify(words),
    )
  })
})
