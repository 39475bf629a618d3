/** A house with a past: people, secrets and roles of thirty days ago, and what then befalls them. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  EncryptCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { ServeFlags } from '../../src/config.ts'
import type { AlertView, ListAlertsResponse } from '../../src/contract/generated/strongroom.ts'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'
import { until } from '../until.ts'
import { call } from '../wire/strongroom/records.ts'
import { policy, trust } from '../wire/sts/scene.ts'

export const account = '000000000000'
export const stranger = '999999999999'
const dayMs = 24 * 60 * 60 * 1000
const rotator = `arn:aws:lambda:us-east-1:${account}:function:rotate`

export interface Scene extends AsyncDisposable {
  readonly house: TestHouse
  /** Reads `own` since long; may read every secret but those that begin with `locked`. */
  readonly reader: Keys
  readonly arns: Readonly<Record<'own' | 'old' | 'gone' | 'trap' | 'late' | 'key' | 'dead', string>>
  secrets(keys?: Keys): SecretsManagerClient
  kms(keys?: Keys): KMSClient
  iam(): IAMClient
  alerts(input?: object): Promise<readonly AlertView[]>
}

/** Few are enough to be too many here. */
const flags: ServeFlags = { detect: 'all', detectDenials: '5', detectReads: '20', detectTimes: '2' }

export async function raiseScene(more: ServeFlags = {}, dataPath?: string): Promise<Scene> {
  let behind = 30 * dayMs
  const house = await raiseHouse({
    flags: { ...flags, ...more },
    ...(dataPath !== undefined && { dataPath }),
    world: {
      clock: { now: () => Date.now() - behind },
      functions: { mayInvoke: () => true, invoke: async () => ({ error: 'Unhandled' }) },
    },
  })
  // Clients anew for each call: one would set its clock by the Date header, which is Node's own.
  const settings = (keys?: Keys) =>
    ({ ...house.client(keys), systemClockOffset: -behind }) as object
  const secrets = (keys?: Keys) => new SecretsManagerClient(settings(keys))
  const kms = (keys?: Keys) => new KMSClient(settings(keys))
  const iam = () => new IAMClient(settings())
  const reader = await addReader(iam)
  const arns = await addThings(secrets, kms)
  await iam().send(
    new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument: trust({ AWS: account }) }),
  )
  for (const _ of 'abc') await secrets(reader).send(new GetSecretValueCommand({ SecretId: 'own' }))
  behind = 0
  return {
    ...{ house, reader, arns, secrets, kms, iam },
    alerts: async (input = {}) =>
      (await call<ListAlertsResponse>(house, 'ListAlerts', input)).Alerts,
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

async function addReader(iam: () => IAMClient): Promise<Keys> {
  await iam().send(new CreateUserCommand({ UserName: 'reader' }))
  const PolicyDocument = policy(
    { Effect: 'Allow', Action: ['secretsmanager:*', 'kms:*'], Resource: '*' },
    { Effect: 'Deny', Action: '*', Resource: `arn:aws:secretsmanager:*:*:secret:locked*` },
  )
  const put = { UserName: 'reader', PolicyName: 'own', PolicyDocument }
  await iam().send(new PutUserPolicyCommand(put))
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: 'reader' }))
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
}

async function addThings(secrets: () => SecretsManagerClient, kms: () => KMSClient) {
  const create = async (Name: string, Tags?: { Key: string; Value: string }[]) => {
    const input = { Name, SecretString: 'hello', ...(Tags && { Tags }) }
    return (await secrets().send(new CreateSecretCommand(input))).ARN ?? ''
  }
  const makeKey = async () => (await kms().send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
  const arns = {
    own: await create('own'),
    old: await create('old'),
    gone: await create('gone'),
    trap: await create('trap', [{ Key: 'strongroom:canary', Value: 'true' }]),
    late: await create('late'),
    key: await makeKey(),
    dead: await makeKey(),
  }
  await secrets().send(
    new RotateSecretCommand({
      ...{ SecretId: 'late', RotationLambdaARN: rotator, RotateImmediately: false },
      RotationRules: { AutomaticallyAfterDays: 10 },
    }),
  )
  // Somebody left this version: the rotation waits for it to go.
  const left = { SecretId: 'late', SecretString: 'left', VersionStages: ['AWSPENDING'] }
  await secrets().send(new PutSecretValueCommand(left))
  return arns
}

/** What befalls the house: by the detection that must tell of it. */
export interface Incident {
  readonly detection: AlertView['Detection']
  readonly title: string
  readonly resource?: string
  befall(): Promise<unknown>
}

export function incidentsOf({ secrets, kms, iam, reader, arns }: Scene): readonly Incident[] {
  const read = (SecretId: string, keys = reader) =>
    secrets(keys).send(new GetSecretValueCommand({ SecretId }))
  const refused = (calling: Promise<unknown>) =>
    calling.then(
      () => Promise.reject(new Error('it was not refused')),
      () => undefined,
    )
  const open = policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } as never)
  const shared = policy({
    ...{ Effect: 'Allow', Principal: { AWS: [account, stranger] }, Action: 'kms:*' },
    Resource: '*',
  })
  return [
    // Time alone brought this one.
    ...incident('rotation-overdue', 'a date is missed', arns.late, async () => {}),
    ...incident('root', 'root calls', undefined, () =>
      secrets().send(new DescribeSecretCommand({ SecretId: 'own' })),
    ),
    ...incident('new-reader', 'another secret is read', arns.old, () => read('old')),
    ...incident('canary', 'a canary is looked at', arns.trap, () =>
      secrets(reader).send(new DescribeSecretCommand({ SecretId: 'trap' })),
    ),
    ...incident('pending-deletion', 'a deleted secret is read', arns.gone, async () => {
      await secrets(reader).send(new DeleteSecretCommand({ SecretId: 'gone' }))
      await refused(read('gone'))
    }),
    ...incident('pending-deletion', 'a deleted key is used', arns.dead, async () => {
      const KeyId = arns.dead
      await kms(reader).send(new ScheduleKeyDeletionCommand({ KeyId }))
      await refused(kms(reader).send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })))
    }),
    ...incident('denials', 'doors are tried', undefined, async () => {
      for (const name of 'abcde') await refused(read(`locked/${name}`))
    }),
    ...incident('exposure', 'a secret becomes public', arns.own, () =>
      secrets().send(new PutResourcePolicyCommand({ SecretId: 'own', ResourcePolicy: open })),
    ),
    ...incident('exposure', 'a key is shared', arns.key, () =>
      kms().send(
        new PutKeyPolicyCommand({ KeyId: arns.key, PolicyName: 'default', Policy: shared }),
      ),
    ),
    ...incident('exposure', 'a role trusts a stranger', `arn:aws:iam::${account}:role/app`, () =>
      iam().send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: 'app',
          PolicyDocument: trust({ AWS: stranger }),
        }),
      ),
    ),
    ...incident('read-rate', 'everything is read', undefined, async () => {
      for (let count = 0; count < 25; count++) await read('own')
    }),
  ]
}

const incident = (
  detection: Incident['detection'],
  title: string,
  resource: string | undefined,
  befall: Incident['befall'],
): Incident[] => [{ detection, title, befall, ...(resource !== undefined && { resource }) }]

/** Lets it happen, and waits until it is told. */
export async function raised({ alerts }: Scene, { detection, resource, befall }: Incident) {
  await befall()
  const begun = performance.now()
  const found = await until(async () => {
    const those = (await alerts({ Detection: detection })).filter(
      (alert) => resource === undefined || alert.Resource === resource,
    )
    return those.length > 0 && those
  })
  return { found, delayMs: performance.now() - begun }
}
