/** GetSessionToken, GetFederationToken, GetAccessKeyInfo, GetCallerIdentity, and what is refused. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  DeleteUserPolicyCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import type { Keys } from '../../house.ts'
import { StrongroomRecords } from '../strongroom/records.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust, userArn } from './scene.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house, iam } = scene

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const ann = await scene.user('ann', everything)
const bob = await scene.user('bob')
await scene.role('Admin', trust({ AWS: account }), everything)

const sessionOf = async (keys: Keys, DurationSeconds?: number) =>
  scene.sts(keys).send(new GetSessionTokenCommand({ DurationSeconds }))
const federate = (keys: Keys, more: Partial<GetFederationTokenCommandInput> = {}) =>
  scene.sts(keys).send(new GetFederationTokenCommand({ Name: 'visitor', ...more }))
const whoAmI = (keys: Keys) => scene.sts(keys).send(new GetCallerIdentityCommand({}))
const listSecrets = (keys: Keys) =>
  new SecretsManagerClient(house.client(keys)).send(new ListSecretsCommand({}))
const secondsOf = (expiration: Date | undefined) =>
  Math.round((Number(expiration) - Date.now()) / 1000)

/** What a record says of temporary credentials. */
interface Context {
  readonly attributes: { readonly creationDate: string; readonly mfaAuthenticated: string }
  readonly sessionIssuer?: { readonly principalId?: string }
  readonly sourceIdentity?: string
}

const unknown = {
  name: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
}

describe('GetSessionToken', () => {
  test('who did not sign is refused', async () => {
    await assert.rejects(sessionOf({ ...ann, secretAccessKey: 'x'.repeat(40) }), {
      name: 'SignatureDoesNotMatch',
    })
  })

  test('MFA is refused, not taken and ignored', async () => {
    const mfa = { SerialNumber: `arn:aws:iam::${account}:mfa/ann`, TokenCode: '123456' }
    await assert.rejects(scene.sts(ann).send(new GetSessionTokenCommand(mfa)), {
      name: 'AccessDenied',
      message: /^MultiFactorAuthentication failed/,
    })
  })

  test('a session does not prolong itself', async () => {
    const own = keysOf(await sessionOf(ann))
    const input = { RoleArn: roleArn('Admin'), RoleSessionName: 'session' }
    const role = keysOf(await scene.sts(ann).send(new AssumeRoleCommand(input)))
    for (const keys of [own, role]) {
      await assert.rejects(sessionOf(keys), {
        name: 'AccessDenied',
        message: 'Cannot call GetSessionToken with session credentials',
      })
    }
  })

  test('needs no permission; the session is the user, with the user’s permissions', async () => {
    const keys = keysOf(await sessionOf(bob))
    const identity = await whoAmI(keys)
    assert.equal(identity.Arn, userArn('bob'))
    assert.match(identity.UserId ?? '', /^AIDA/)
    await assert.rejects(listSecrets(keys), { name: 'AccessDeniedException' })
    await listSecrets(keysOf(await sessionOf(ann)))
  })

  test('it may not touch IAM, and of STS only assume roles', async () => {
    const keys = keysOf(await sessionOf(ann))
    await assert.rejects(new IAMClient(house.client(keys)).send(new ListUsersCommand({})), unknown)
    const info = new GetAccessKeyInfoCommand({ AccessKeyId: ann.accessKeyId })
    await assert.rejects(scene.sts(keys).send(info), unknown)
    const input = { RoleArn: roleArn('Admin'), RoleSessionName: 'session' }
    await scene.sts(keys).send(new AssumeRoleCommand(input))
  })

  test('lasts half a day, for root an hour at most', async () => {
    assert.ok(Math.abs(secondsOf((await sessionOf(bob)).Credentials?.Expiration) - 43_200) < 5)
    const long = await sessionOf(bob, 129_600)
    assert.ok(Math.abs(secondsOf(long.Credentials?.Expiration) - 129_600) < 5)
    const root = await sessionOf(house.root, 43_200)
    assert.ok(Math.abs(secondsOf(root.Credentials?.Expiration) - 3600) < 5)
    const identity = await whoAmI(keysOf(root))
    assert.equal(identity.Arn, `arn:aws:iam::${account}:root`)
    assert.equal(identity.UserId, account)
  })

  test('the record says that the user acted by a session', async () => {
    const keys = keysOf(await sessionOf(ann))
    await listSecrets(keys)
    const [record] = await new StrongroomRecords(house).newest(1)
    assert.equal(record?.userIdentity.type, 'IAMUser')
    assert.equal(record?.userIdentity.accessKeyId, keys.accessKeyId)
    const context = record?.userIdentity.sessionContext as Context
    assert.equal(context.attributes.mfaAuthenticated, 'false')
    assert.match(context.attributes.creationDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.equal(context.sessionIssuer, undefined)
  })
})

describe('GetFederationToken', () => {
  test('needs permission', async () => {
    await assert.rejects(federate(bob), {
      name: 'AccessDenied',
      message: `User: ${userArn('bob')} is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::${account}:federated-user/visitor because no identity-based policy allows the sts:GetFederationToken action`,
    })
  })

  test('is not for sessions', async () => {
    await assert.rejects(federate(keysOf(await sessionOf(ann))), {
      name: 'AccessDenied',
      message: 'Cannot call GetFederationToken with session credentials',
    })
  })

  test('without a policy nothing is allowed; packed size is told all the same', async () => {
    const answer = await federate(ann)
    assert.equal(answer.PackedPolicySize, 0)
    assert.equal(answer.FederatedUser?.Arn, `arn:aws:sts::${account}:federated-user/visitor`)
    assert.equal(answer.FederatedUser?.FederatedUserId, `${account}:visitor`)
    const identity = await whoAmI(keysOf(answer))
    assert.equal(identity.Arn, answer.FederatedUser?.Arn)
    assert.equal(identity.UserId, `${account}:visitor`)
    await assert.rejects(listSecrets(keysOf(answer)), {
      name: 'AccessDeniedException',
      message: /because no session policy allows the secretsmanager:ListSecrets action$/,
    })
  })

  test('may what both its policy and the user’s allow', async () => {
    const Policy = policy({ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' })
    const keys = keysOf(await federate(ann, { Policy }))
    await listSecrets(keys)
    const PolicyDocument = policy({ Effect: 'Deny', Action: 'secretsmanager:List*', Resource: '*' })
    const put = { UserName: 'ann', PolicyName: 'deny', PolicyDocument }
    await iam.send(new PutUserPolicyCommand(put))
    await assert.rejects(listSecrets(keys), {
      message: /explicit deny in an identity-based policy$/,
    })
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'ann', PolicyName: 'deny' }))
    await listSecrets(keys)
  })

  test('may neither call IAM nor assume a role', async () => {
    const keys = keysOf(await federate(ann, { Policy: everything }))
    await assert.rejects(new IAMClient(house.client(keys)).send(new ListUsersCommand({})), unknown)
    const input = { RoleArn: roleArn('Admin'), RoleSessionName: 'session' }
    await assert.rejects(scene.sts(keys).send(new AssumeRoleCommand(input)), unknown)
  })

  test('a resource policy that names it, or its tags, counts', async () => {
    const secrets = new SecretsManagerClient(house.client())
    await secrets.send(new CreateSecretCommand({ Name: 'for-visitor', SecretString: 'hello' }))
    const ResourcePolicy = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:sts::${account}:federated-user/visitor` },
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
    })
    await secrets.send(new PutResourcePolicyCommand({ SecretId: 'for-visitor', ResourcePolicy }))
    const read = (keys: Keys) =>
      new SecretsManagerClient(house.client(keys)).send(
        new GetSecretValueCommand({ SecretId: 'for-visitor' }),
      )
    await assert.rejects(read(keysOf(await federate(ann))), { name: 'AccessDeniedException' })
    const tagged = await federate(ann, { Tags: [{ Key: 'team', Value: 'red' }] })
    assert.equal((await read(keysOf(tagged))).SecretString, 'hello')
  })

  test('the record names who vouched', async () => {
    const keys = keysOf(await federate(ann, { Policy: everything }))
    await listSecrets(keys)
    const [record] = await new StrongroomRecords(house).newest(1)
    assert.equal(record?.userIdentity.type, 'FederatedUser')
    const context = record?.userIdentity.sessionContext as Context
    const { principalId = '', ...issuer } = context.sessionIssuer ?? {}
    assert.match(principalId, /^AIDA/)
    const expected = { type: 'IAMUser', arn: userArn('ann'), accountId: account, userName: 'ann' }
    assert.deepEqual(issuer, expected)
  })
})

describe('GetAccessKeyInfo', () => {
  const info = (AccessKeyId: string, keys = ann) =>
    scene.sts(keys).send(new GetAccessKeyInfoCommand({ AccessKeyId }))

  test('needs permission', async () => {
    await assert.rejects(info(ann.accessKeyId, bob), {
      name: 'AccessDenied',
      message: `User: ${userArn('bob')} is not authorized to perform: sts:GetAccessKeyInfo because no identity-based policy allows the sts:GetAccessKeyInfo action`,
    })
  })

  test('a key that nobody was ever given is refused', async () => {
    for (const id of ['AKIAQQQQQQQQQQQQQQQQ', 'ASIAQQQQQQQQQQQQQQQQ', 'somethingelse1234']) {
      await assert.rejects(info(id), { name: 'ValidationError', message: 'Invalid Access Key ID' })
    }
  })

  test('tells the account of long-term and temporary keys', async () => {
    assert.equal((await info(bob.accessKeyId)).Account, account)
    assert.equal((await info(keysOf(await sessionOf(bob)).accessKeyId)).Account, account)
  })
})

test('AssumeRole: a role session’s record names its role, and the call’s record the new key', async () => {
  const input = { RoleArn: roleArn('Admin'), RoleSessionName: 'session', SourceIdentity: 'ann' }
  const answer = await scene.sts(ann).send(new AssumeRoleCommand(input))
  const keys = keysOf(answer)
  await listSecrets(keys)
  const [record, assumed] = await new StrongroomRecords(house).newest(2)
  const { responseElements } = assumed ?? {}
  assert.equal(responseElements.credentials.accessKeyId, keys.accessKeyId)
  assert.equal(responseElements.credentials.secretAccessKey, undefined)
  assert.equal(responseElements.credentials.sessionToken, undefined)
  assert.equal(responseElements.assumedRoleUser.arn, answer.AssumedRoleUser?.Arn)
  assert.equal(record?.userIdentity.type, 'AssumedRole')
  assert.equal(record?.userIdentity.arn, answer.AssumedRoleUser?.Arn)
  const context = record?.userIdentity.sessionContext as Context
  assert.equal(context.sourceIdentity, 'ann')
  assert.deepEqual(context.sessionIssuer, {
    type: 'Role',
    arn: roleArn('Admin'),
    principalId: answer.AssumedRoleUser?.AssumedRoleId?.split(':')[0],
    userName: 'Admin',
    accountId: account,
  })
})

test('DecodeAuthorizationMessage: no message was encoded here', async () => {
  await assert.rejects(
    scene.sts(ann).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'anything' })),
    {
      name: 'InvalidAuthorizationMessageException',
      message: 'The message is not one that was encoded here.',
    },
  )
})

test('AssumeRoleWithSAML is not offered', async () => {
  await assert.rejects(
    scene.sts(ann).send(
      new AssumeRoleWithSAMLCommand({
        RoleArn: roleArn('Admin'),
        PrincipalArn: `arn:aws:iam::${account}:saml-provider/x`,
        SAMLAssertion: 'AAAA',
      }),
    ),
    { name: 'InvalidAction' },
  )
})

test('GetCallerIdentity: no policy denies it', async () => {
  const eve = await scene.user('eve', policy({ Effect: 'Deny', Action: '*', Resource: '*' }))
  assert.equal((await whoAmI(eve)).Arn, userArn('eve'))
})
