/**
 * Ordinary traffic of a deployment, as the audit has it: applications that read their secrets, with and
 * without a cache, restarts, rotations, new secrets and services, lists, policies, a denial now and then.
 * Seeded: the same seed gives the same records.
 */
import { serviceActRecord } from '../../src/audit/event.ts'
import { answerRecord } from '../../src/audit/record.ts'
import type { Recorded } from '../../src/detections/act.ts'
import type { Facts, Thing } from '../../src/detections/mind.ts'
import type { AccountId, Arn } from '../../src/lib/brand.ts'
import type { Caller } from '../../src/lib/caller.ts'

export const account = '111122223333' as AccountId
const region = 'us-east-1'
const dayMs = 86_400_000
export const hourMs = 3_600_000
const minuteMs = 60_000

/** Mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface App {
  readonly role: string
  readonly secrets: readonly string[]
  /** Reads in a second; most applications have a cache. */
  readonly perSecond: number
}

export interface Said {
  readonly parameters?: object
  readonly response?: object
  readonly error?: { readonly code: string; readonly words: string }
  readonly invokedBy?: string
  readonly session?: string
}

/** A deployment: who and what there is, and what they do. */
export class Deployment implements Facts {
  readonly random: () => number
  readonly apps: App[]
  readonly #things = new Map<string, Thing>()
  readonly #rotators = new Map<string, string>()
  #count = 0

  constructor(seed: number, since: number) {
    this.random = randomOf(seed)
    const secrets = Array.from({ length: 150 }, (_, at) => this.addSecret(`app/${at}`, since))
    this.apps = Array.from({ length: 40 }, (_, at) => ({
      role: this.addRole(`app-${at}`, since),
      secrets: Array.from({ length: 3 + this.#below(6) }, () => this.#one(secrets)),
      perSecond: at % 10 === 0 ? 1 : 1 / 60,
    }))
    for (const name of ['ci', 'rotate', 'ops']) this.addRole(name, since)
    this.addSecret('canary', since, [['strongroom:canary', 'true']])
  }

  addSecret(name: string, createdAt: number, tags: Thing['tags'] = []): string {
    return this.#add(`arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`, {
      ...{ createdAt, tags },
    })
  }

  addRole(name: string, createdAt: number): string {
    return this.#add(this.roleArn(name), { createdAt, tags: [] })
  }

  #add(arn: string, thing: Thing): string {
    this.#things.set(arn, thing)
    return arn
  }

  roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`

  #below = (limit: number): number => Math.floor(this.random() * limit)
  #one = <T>(list: readonly T[]): T => list[this.#below(list.length)] as T

  // The facts that detections ask for.

  thing = async (arn: string): Promise<Thing | undefined> => this.#things.get(arn)
  rotatorOf = async (arn: string): Promise<string | undefined> => this.#rotators.get(arn)
  hasPrincipalBefore = async (): Promise<boolean> => true
  overdue = async () => []

  /** The record of one call, as the corridor writes it. */
  call(at: number, role: string, action: string, resource?: string, said: Said = {}): Recorded {
    const [service = '', eventName = ''] = action.split(':')
    const id = String(++this.#count).padStart(12, '0')
    const { parameters, response, error, invokedBy, session = 'i-0abc' } = said
    return answerRecord({
      ...{ at, eventName, region, readOnly: true, apiVersion: '2017-10-17' },
      eventId: `00000000-0000-4000-8000-${id}`,
      requestId: `10000000-0000-4000-8000-${id}`,
      eventSource: `${service}.amazonaws.com`,
      caller: callerOf(role, session),
      origin: { sourceIp: '10.0.0.1', userAgent: 'aws-sdk-js', host: '', secure: true },
      parameters,
      response,
      ...(error && { error }),
      ...(invokedBy && { invokedBy }),
      resources: resource === undefined ? [] : [{ ARN: resource, accountId: account }],
    }) as Recorded
  }

  read(at: number, role: string, secret: string, session?: string): Recorded[] {
    const said = session === undefined ? {} : { session }
    const key = `arn:aws:kms:${region}:${account}:key/1`
    return [
      this.call(at, role, 'kms:Decrypt', key, {
        ...said,
        invokedBy: 'secretsmanager.amazonaws.com',
      }),
      this.call(at, role, 'secretsmanager:GetSecretValue', secret, said),
    ]
  }

  denied(at: number, role: string, secret: string): Recorded {
    const error = { code: 'AccessDenied', words: 'is not authorized to perform' }
    return this.call(at, role, 'secretsmanager:GetSecretValue', secret, { error })
  }

  /** Every application reads everything that it has. */
  *morning(at: number): Generator<Recorded> {
    for (const { role, secrets } of this.apps) {
      for (const secret of secrets) yield* this.read(at, role, secret)
    }
  }

  /** Some time of ordinary traffic, second by second. */
  *traffic(from: number, lastsMs: number): Generator<Recorded> {
    for (let at = from; at < from + lastsMs; at += 1000) {
      for (const { role, secrets, perSecond } of this.apps) {
        const reads = Math.floor(perSecond + this.random())
        for (let count = 0; count < reads; count++) yield* this.read(at, role, this.#one(secrets))
      }
      const turn = turns[Math.floor((at - from) / 1000) % turns.length]
      if (turn) yield* turn(this, at)
    }
  }

  /** A secret is rotated for the first time, by a function that never saw it. */
  *rotation(at: number): Generator<Recorded> {
    const rotator = this.roleArn('rotate')
    const secret = this.#one(this.#one(this.apps).secrets)
    this.#rotators.set(secret, rotator)
    yield this.call(at, this.roleArn('ci'), 'secretsmanager:RotateSecret', secret)
    yield* this.read(at, rotator, secret)
    yield this.call(at, rotator, 'secretsmanager:PutSecretValue', secret)
    yield this.call(at, rotator, 'secretsmanager:UpdateSecretVersionStage', secret)
    const eventName = 'RotationSucceeded'
    const act = { at, region, account, eventName, eventId: 'e', details: { SecretId: secret } }
    yield serviceActRecord({ ...act, eventSource: 'secretsmanager.amazonaws.com' }) as Recorded
  }

  /** A new service: its role, its secret, and twenty instances that read that and an old one. */
  *deployment(at: number): Generator<Recorded> {
    const ci = this.roleArn('ci')
    const name = `new-${++this.#count}`
    const role = this.addRole(name, at)
    const secret = this.addSecret(`${name}/key`, at)
    const trust = trustOf({ Service: 'lambda.amazonaws.com', AWS: account })
    const parameters = { assumeRolePolicyDocument: trust }
    yield this.call(at, ci, 'iam:CreateRole', role, { parameters })
    yield this.call(at, ci, 'secretsmanager:CreateSecret', secret)
    const old = this.#one(this.#one(this.apps).secrets)
    for (let instance = 0; instance < 20; instance++) {
      yield* this.read(at, role, secret, `i-${instance}`)
      yield* this.read(at, role, old, `i-${instance}`)
    }
    // An old service is given the new secret, too.
    yield* this.read(at, this.#one(this.apps).role, secret)
  }

  /** All instances of a service start anew. */
  *restart(at: number): Generator<Recorded> {
    const { role, secrets } = this.#one(this.apps)
    for (let instance = 0; instance < 15; instance++) {
      for (const secret of secrets) yield* this.read(at, role, secret, `i-${instance}`)
    }
  }

  *stumble(at: number): Generator<Recorded> {
    yield this.denied(at, this.#one(this.apps).role, this.#one(this.#one(this.apps).secrets))
  }

  *lists(at: number): Generator<Recorded> {
    const ops = this.roleArn('ops')
    yield this.call(at, ops, 'secretsmanager:ListSecrets')
    yield this.call(
      at,
      ops,
      'secretsmanager:DescribeSecret',
      this.#one(this.#one(this.apps).secrets),
    )
    yield this.call(at, ops, 'ssm:GetParametersByPath')
    yield this.call(at, ops, 'strongroom:ListAlerts')
  }

  *policies(at: number): Generator<Recorded> {
    const ci = this.roleArn('ci')
    const secret = this.#one(this.#one(this.apps).secrets)
    const resourcePolicy = policyOf({ AWS: this.#one(this.apps).role })
    yield this.call(at, ci, 'secretsmanager:PutResourcePolicy', secret, {
      parameters: { resourcePolicy },
    })
    const key = `arn:aws:kms:${region}:${account}:key/1`
    const policy = policyOf({ AWS: `arn:aws:iam::${account}:root` })
    yield this.call(at, ci, 'kms:PutKeyPolicy', key, { parameters: { policy } })
    const statement = JSON.stringify({
      ...{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' },
      Principal: { Service: 'secretsmanager.amazonaws.com' },
    })
    const fn = `arn:aws:lambda:${region}:${account}:function:rotate`
    yield this.call(at, ci, 'lambda:AddPermission', fn, { response: { statement } })
  }

  *retirement(at: number): Generator<Recorded> {
    const secret = this.addSecret(`old-${++this.#count}`, at - dayMs)
    yield this.call(at, this.roleArn('ci'), 'secretsmanager:DeleteSecret', secret)
    yield this.call(at, this.roleArn('ci'), 'secretsmanager:DescribeSecret', secret)
  }
}

type Turn = (deployment: Deployment, at: number) => Generator<Recorded>

/** What goes on beside the reading, by the second of each ten minutes. */
const turns: readonly (Turn | undefined)[] = Array.from({ length: 600 }, (_, second) => {
  if (second % 100 === 7) return (deployment, at) => deployment.stumble(at)
  if (second % 60 === 20) return (deployment, at) => deployment.lists(at)
  return new Map<number, Turn>([
    [31, (deployment, at) => deployment.rotation(at)],
    [131, (deployment, at) => deployment.deployment(at)],
    [231, (deployment, at) => deployment.restart(at)],
    [331, (deployment, at) => deployment.policies(at)],
    [431, (deployment, at) => deployment.retirement(at)],
  ]).get(second)
})

export const policyOf = (Principal: unknown): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: '*', Resource: '*' }],
  })

export const trustOf = (Principal: unknown): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  })

function callerOf(role: string, session: string): Caller {
  if (role.endsWith(':root')) {
    return { kind: 'root', account, arn: role as Arn, principalId: account, tags: {} }
  }
  const name = role.slice(role.lastIndexOf('/') + 1)
  return {
    ...{ kind: 'role-session', account, tags: {}, roleArn: role as Arn },
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}` as Arn,
    principalId: `AROA${name}:${session}`,
    accessKeyId: 'ASIAEXAMPLE',
    session: {
      ...{ issuedAt: 0, name: session, transitiveTagKeys: [] },
      issuer: { type: 'Role', arn: role as Arn, principalId: `AROA${name}`, userName: name },
    },
  }
}

export { dayMs, minuteMs }
