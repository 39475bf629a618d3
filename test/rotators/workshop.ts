/**
 * A house whose secrets are rotated by the shipped functions as they are shipped: packed, unpacked,
 * run behind the Runtime API, with the credentials of a role that may no more than the catalogue says.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { Deployed, RoleCredentials } from '../../src/functions/function.ts'
import { openRunners } from '../../src/functions/runners.ts'
import { rolePolicy, rotators } from '../../src/rotators/catalogue.ts'
import { pack } from '../../src/rotators/pack.ts'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'

const account = '000000000000'

export type Value = Readonly<Record<string, unknown>>

/** Called around each step; what it throws is the step's failure. */
export type Disturb = (step: string, attempt: number) => void | Promise<void>

export interface Job {
  /** The rotator; for other code, the one whose permissions it gets. */
  readonly using: string
  /** Runs this in the rotator's place. */
  readonly other?: Code
  readonly value: Value | string
  readonly environment?: Readonly<Record<string, string>>
}

/** A function that is not ours. */
export interface Code {
  readonly name: string
  readonly zip: Uint8Array
  readonly handler: string
  readonly runtime: string
}

export interface Attached {
  readonly arn: string
  /** What the steps said when they failed. */
  readonly failures: string[]
  /** Before a step, and after its effect. */
  before: Disturb
  after: Disturb
  /** Begins a rotation; returns its version. */
  begin(): Promise<string>
  /** Rotates and waits until the version is current and the function has ended. */
  rotate(): Promise<string>
  /** Waits until this many steps have failed. */
  failed(count: number): Promise<string>
  text(stage?: string): Promise<string>
  json(stage?: string): Promise<Record<string, string>>
}

export interface Workshop extends AsyncDisposable {
  readonly house: TestHouse
  readonly root: SecretsManagerClient
  readonly iam: IAMClient
  /** Every line that functions wrote. */
  readonly lines: string[]
  /** A secret that nobody rotates; its ARN. */
  secret(value: Value | string): Promise<string>
  attach(job: Job): Promise<Attached>
}

export async function raiseWorkshop(): Promise<Workshop> {
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-workshop-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const lines: string[] = []
  const functions = new Map<string, Promise<Deployed>>()
  const secrets = new Map<string, Attached>()
  const attempts = new Map<string, number>()
  /** The versions whose last step has ended well. */
  const finished = new Set<string>()
  const home = { url: '' }
  const assume = (deployed: Deployed) => roleCredentials(house, deployed)
  const runners = openRunners({
    folder: join(folder, 'functions'),
    ports: {
      clock: { now: () => Date.now() },
      home,
      roleCredentials: (deployed) => assume(deployed),
      logs: { append: (_stream, batch) => void lines.push(...batch.map(({ message }) => message)) },
      complain: (words) => void lines.push(words),
    },
  })
  const house = await raiseHouse({
    world: {
      rotation: { delaysMs: Array<number>(retries).fill(10), lookMs: 50 },
      functions: {
        mayInvoke: () => true,
        async invoke(arn, { secretArn }, payload) {
          const deployed = await functions.get(arn)
          const attached = secrets.get(secretArn)
          if (!deployed || !attached) throw new Error('no such function')
          const { Step, ClientRequestToken } = JSON.parse(Buffer.from(payload).toString())
          const key = `${ClientRequestToken} ${Step}`
          const attempt = (attempts.get(key) ?? 0) + 1
          attempts.set(key, attempt)
          try {
            await attached.before(Step, attempt)
            const request = { requestId: randomUUID(), invokedArn: arn, payload, wantsTail: false }
            const outcome = await runners.invoke(deployed, request)
            if (outcome.error)
              throw new Error(JSON.parse(Buffer.from(outcome.payload).toString()).errorMessage)
            await attached.after(Step, attempt)
            if (Step === 'finishSecret') finished.add(ClientRequestToken)
            return {}
          } catch (thrown) {
            attached.failures.push((thrown as Error).message)
            return { error: 'Unhandled', errorType: 'RotationFailure' }
          }
        },
      },
    },
  })
  opened.use(house)
  // The house waits for functions that run before it goes down; then they are ended.
  opened.defer(() => runners.close())
  home.url = house.url
  const root = new SecretsManagerClient(house.client())
  const iam = new IAMClient(house.client())
  const secret = async (value: Value | string, prefix = 'rotated') => {
    const SecretString = typeof value === 'string' ? value : JSON.stringify(value)
    const made = await root.send(
      new CreateSecretCommand({ Name: `${prefix}/${randomUUID()}`, SecretString }),
    )
    return made.ARN ?? ''
  }
  const owned = opened.move()
  return {
    house,
    root,
    iam,
    lines,
    secret: (value) => secret(value, 'other'),
    async attach(job) {
      const arn = await secret(job.value)
      const functionArn = functionArnOf(job)
      if (!functions.has(functionArn)) functions.set(functionArn, deploy(iam, job, functionArn))
      await functions.get(functionArn)
      const attached = attachedTo(root, arn, functionArn, finished)
      secrets.set(arn, attached)
      return attached
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Secrets of one kind share a function, as they would anywhere. */
function functionArnOf({ using, other, environment = {} }: Job): string {
  const settings = createHash('sha256').update(JSON.stringify(environment)).digest('hex')
  return `arn:aws:lambda:us-east-1:${account}:function:${other?.name ?? using}-${settings.slice(0, 8)}`
}

/** A role with the catalogue's policy, and the packed function. */
async function deploy(iam: IAMClient, job: Job, functionArn: string): Promise<Deployed> {
  const rotator = rotators.get(job.using)
  if (!rotator) throw new Error(`no rotator ${job.using}`)
  const name = functionArn.split(':').at(-1) ?? ''
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }))
  const arn = `arn:aws:secretsmanager:us-east-1:${account}:secret:rotated/*`
  const otherArn = arn.replace('rotated/*', 'other/*')
  const userArn = `arn:aws:iam::${account}:user/rotated/*`
  const PolicyDocument = JSON.stringify(rolePolicy(rotator, { arn, otherArn, userArn }))
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }))
  const { zip, handler, runtime } = job.other ?? { ...rotator, zip: pack(rotator) }
  const { timeoutSeconds, memoryMegabytes } = rotator
  return {
    arn: functionArn,
    version: '$LATEST',
    account,
    region: 'us-east-1',
    name,
    ...{ handler, runtime, timeoutSeconds, memoryMegabytes },
    environment: job.environment ?? {},
    roleArn: `arn:aws:iam::${account}:role/${name}`,
    codeSha256: createHash('sha256').update(zip).digest('base64'),
    revisionId: randomUUID(),
    code: async () => zip,
  }
}

/** As the platform gets them: by AssumeRole, here by a user who may just that. */
async function roleCredentials(house: TestHouse, deployed: Deployed): Promise<RoleCredentials> {
  const sts = new STSClient(house.client(await platform(house)))
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: deployed.roleArn, RoleSessionName: 'rotation' }),
  )
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
    expiresAt: Credentials?.Expiration?.getTime() ?? 0,
  }
}

const platforms = new WeakMap<TestHouse, Promise<Keys>>()

function platform(house: TestHouse): Promise<Keys> {
  const keys = platforms.get(house) ?? makePlatform(house)
  platforms.set(house, keys)
  return keys
}

async function makePlatform(house: TestHouse): Promise<Keys> {
  const { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } = await import(
    '@aws-sdk/client-iam'
  )
  const iam = new IAMClient(house.client())
  const UserName = 'platform'
  const allow = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow] })
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

/** How often the engine tries a step again. */
const retries = 1

const pollMs = 25
const pollsMax = 2400

function attachedTo(
  root: SecretsManagerClient,
  arn: string,
  functionArn: string,
  finished: ReadonlySet<string>,
): Attached {
  const failures: string[] = []
  const text = async (VersionStage = 'AWSCURRENT') => {
    const read = await root.send(new GetSecretValueCommand({ SecretId: arn, VersionStage }))
    return read.SecretString ?? ''
  }
  const attached: Attached = {
    arn,
    failures,
    before: () => {},
    after: () => {},
    text,
    json: async (stage) => JSON.parse(await text(stage)),
    async begin() {
      const wish = { SecretId: arn, RotationLambdaARN: functionArn }
      const rules = { RotationRules: { AutomaticallyAfterDays: 30 } }
      const { VersionId } = await root.send(new RotateSecretCommand({ ...wish, ...rules }))
      return VersionId ?? ''
    },
    async rotate() {
      const versionId = await attached.begin()
      for (let polls = 0; polls < pollsMax; polls++) {
        if (finished.has(versionId)) return versionId
        if (failures.length > retries) break
        await pause(pollMs)
      }
      throw new Error(`the rotation did not end: ${failures.join('; ')}`)
    },
    async failed(count) {
      for (let polls = 0; polls < pollsMax && failures.length < count; polls++) await pause(pollMs)
      return failures[count - 1] ?? 'nothing failed'
    },
  }
  return attached
}
