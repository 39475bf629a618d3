/**
 * A house whose secrets are rotated by the shipped functions as they are shipped: packed, created by
 * Lambda's API, run behind the Runtime API, with a role that may no more than the catalogue says.
 * Between the engine and Lambda stands the test, which may cut in before and after each step.
 */
import { createHash, randomUUID } from 'node:crypto'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  type Runtime,
} from '@aws-sdk/client-lambda'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { Invoke } from '../../src/rotation/ports.ts'
import { rolePolicy, rotators } from '../../src/rotators/catalogue.ts'
import { pack } from '../../src/rotators/pack.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { until } from '../until.ts'

const account = '000000000000'

export type Value = Readonly<Record<string, unknown>>

/** Called around each step; what it throws is the step's failure. */
export type Disturb = (step: string) => void | Promise<void>

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
  /** Begins a rotation. */
  begin(): Promise<void>
  /** Rotates and waits until the last step has ended well. */
  rotate(): Promise<void>
  /** Waits until this many steps have failed; what the last of them said. */
  failed(count: number): Promise<string>
  text(stage?: string): Promise<string>
  json(stage?: string): Promise<Record<string, string>>
}

export interface Workshop extends AsyncDisposable {
  readonly house: TestHouse
  readonly root: SecretsManagerClient
  readonly iam: IAMClient
  /** What functions have written. */
  readonly lines: string[]
  /** A secret that nobody rotates; its ARN. */
  secret(value: Value | string): Promise<string>
  attach(job: Job): Promise<Attached>
}

export async function raiseWorkshop(): Promise<Workshop> {
  const bench = new Bench()
  const house = await raiseHouse({
    world: {
      rotation: { delaysMs: Array<number>(retries).fill(10), lookMs: 50 },
      functions: { mayInvoke: () => true, invoke: bench.invoke },
    },
  })
  const root = new SecretsManagerClient(house.client())
  const iam = new IAMClient(house.client())
  bench.lambda = new LambdaClient(house.client())
  const made = new Map<string, Promise<void>>()
  const secret = async (value: Value | string, prefix: string) => {
    const SecretString = typeof value === 'string' ? value : JSON.stringify(value)
    const Name = `${prefix}/${randomUUID()}`
    return (await root.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? ''
  }
  return {
    house,
    root,
    iam,
    lines: bench.lines,
    secret: (value) => secret(value, 'other'),
    async attach(job) {
      const arn = await secret(job.value, 'rotated')
      const name = functionName(job)
      if (!made.has(name)) made.set(name, createFunction({ iam, lambda: bench.lambda, name, job }))
      await made.get(name)
      const attached = attachedTo(root, arn, { name, finished: bench.finished })
      bench.secrets.set(arn, attached)
      return attached
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

/** Invokes by Lambda's API and keeps what came of it. */
class Bench {
  lambda: LambdaClient | undefined
  readonly secrets = new Map<string, Attached>()
  /** How often the last step of a secret has ended well. */
  readonly finished = new Map<string, number>()
  readonly lines: string[] = []

  readonly invoke: Invoke = async (functionArn, { secretArn }, payload) => {
    const attached = this.secrets.get(secretArn)
    if (!attached) throw new Error('a secret that is none of this workshop')
    const { Step } = JSON.parse(Buffer.from(payload).toString())
    try {
      await attached.before(Step)
      await this.#run(functionArn, payload)
      // A last answer that is lost is no reason to begin anew: the rotation has ended well.
      const before = this.finished.get(secretArn) ?? 0
      if (Step === 'finishSecret') this.finished.set(secretArn, before + 1)
      await attached.after(Step)
      return {}
    } catch (thrown) {
      attached.failures.push((thrown as Error).message)
      return { error: 'Unhandled', errorType: 'RotationFailure' }
    }
  }

  async #run(functionArn: string, payload: Uint8Array): Promise<void> {
    const wish = { FunctionName: functionArn, Payload: payload, LogType: 'Tail' } as const
    const answer = await this.lambda?.send(new InvokeCommand(wish))
    this.lines.push(Buffer.from(answer?.LogResult ?? '', 'base64').toString())
    if (!answer?.FunctionError) return
    throw new Error(JSON.parse(Buffer.from(answer.Payload ?? []).toString()).errorMessage)
  }
}

/** Secrets of one kind share a function, as they would anywhere. */
function functionName({ using, other, environment = {} }: Job): string {
  const settings = createHash('sha256').update(JSON.stringify(environment)).digest('hex')
  return `${other?.name ?? using}-${settings.slice(0, 8)}`
}

interface Making {
  readonly iam: IAMClient
  readonly lambda: LambdaClient | undefined
  readonly name: string
  readonly job: Job
}

/** The packed function, and its role with the catalogue's policy. */
async function createFunction({ iam, lambda, name, job }: Making): Promise<void> {
  const rotator = rotators.get(job.using)
  if (!rotator) throw new Error(`no rotator ${job.using}`)
  const Principal = { Service: 'lambda.amazonaws.com' }
  const trust = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }))
  const arn = `arn:aws:secretsmanager:us-east-1:${account}:secret:rotated/*`
  const otherArn = arn.replace('rotated/*', 'other/*')
  const userArn = `arn:aws:iam::${account}:user/rotated/*`
  const PolicyDocument = JSON.stringify(rolePolicy(rotator, { arn, otherArn, userArn }))
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }))
  const { zip, handler, runtime } = job.other ?? { ...rotator, zip: pack(rotator) }
  await lambda?.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: `arn:aws:iam::${account}:role/${name}`,
      Runtime: runtime as Runtime,
      Handler: handler,
      Timeout: rotator.timeoutSeconds,
      MemorySize: rotator.memoryMegabytes,
      Environment: { Variables: { ...job.environment } },
      Code: { ZipFile: zip },
    }),
  )
}

/** How often the engine tries a step again. */
const retries = 1

function attachedTo(
  root: SecretsManagerClient,
  arn: string,
  { name, finished }: { readonly name: string; readonly finished: ReadonlyMap<string, number> },
): Attached {
  const failures: string[] = []
  const text = async (VersionStage = 'AWSCURRENT') => {
    const read = await root.send(new GetSecretValueCommand({ SecretId: arn, VersionStage }))
    return read.SecretString ?? ''
  }
  const begin = async () => {
    const RotationLambdaARN = `arn:aws:lambda:us-east-1:${account}:function:${name}`
    const RotationRules = { AutomaticallyAfterDays: 30 }
    const wish = { SecretId: arn, RotationLambdaARN, RotationRules }
    await root.send(new RotateSecretCommand(wish))
  }
  return {
    arn,
    failures,
    before: () => {},
    after: () => {},
    begin,
    async rotate() {
      const before = finished.get(arn)
      await begin()
      await until(() => finished.get(arn) !== before || failures.length > retries)
      if (finished.get(arn) !== before) return
      throw new Error(`the rotation did not end: ${failures.join('; ')}`)
    },
    async failed(count) {
      await until(() => failures.length >= count)
      return failures[count - 1] ?? ''
    },
    text,
    json: async (stage) => JSON.parse(await text(stage)),
  }
}
