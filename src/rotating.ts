/** Rotation, wired: the engine between the secrets and the functions, and what the operator asks of it. */

import { parseArn } from './lib/arn.ts'
import type { AccountId } from './lib/brand.ts'
import type { Clock } from './lib/clock.ts'
import { Fault } from './lib/fault.ts'
import { decide } from './policy/decide.ts'
import { RotationEngine, rotationLimits } from './rotation/engine.ts'
import type { Invoke } from './rotation/ports.ts'
import { TurnReader } from './rotation/store.ts'
import { type EnterAs, serviceCaller } from './server/inside.ts'
import { Absent, type Desk } from './services/operation.ts'
import {
  actingRooms,
  Duty,
  repairRotation,
  rotateBack,
  type Ports as SecretPorts,
} from './services/secretsmanager/index.ts'
import { arnOf } from './services/secretsmanager/name.ts'
import type { SecretRecord } from './services/secretsmanager/records.ts'
import { unfinishedId } from './services/secretsmanager/rotation.ts'
import type { Secret } from './services/secretsmanager/secret.ts'
import { SecretReader } from './services/secretsmanager/store.ts'
import type { RotationFacts, Rotations } from './services/strongroom/service.ts'
import { leaseMilliseconds } from './sharing.ts'
import type { Attempt } from './store/attempt.ts'
import type { Place } from './store/place.ts'
import type { Store } from './store/store.ts'
import { eachOf } from './store/supply.ts'
import type { World } from './world.ts'

interface Parts {
  readonly place: Place
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly secretPorts: SecretPorts
  readonly enterAs: EnterAs
  complain(thrown: unknown): void
}

/** Begins at once, with what became due while nobody was here. */
export function startRotation(parts: Parts): RotationEngine {
  const { place, world, clock, store, secretPorts, enterAs, complain } = parts
  const invoke = world.functions?.invoke ?? invokeLambda(enterAs)
  const secrets = new Duty(secretPorts.eventRecord)
  const leaseMs = place.kind === 'sqlite' ? 0 : leaseMilliseconds
  const limits = { ...rotationLimits, leaseMs, ...world.rotation }
  return new RotationEngine({ store, secrets, invoke, clock, complain }, limits)
}

const principal = 'secretsmanager.amazonaws.com'

/** What Lambda answers about an invocation. */
interface Invocation {
  readonly FunctionError?: string
  readonly Payload?: Uint8Array
}

/** Lambda's Invoke, by the door of services: the function's own policy decides. */
const invokeLambda =
  (enterAs: EnterAs): Invoke =>
  async (functionArn, { account, region, secretArn: sourceArn }, payload) => {
    const behalf = { principal, account, region, sourceArn } as const
    const input = { FunctionName: functionArn, InvocationType: 'RequestResponse', Payload: payload }
    const errand = { service: 'lambda', operation: 'Invoke', input }
    const { FunctionError: error, Payload }: Invocation = await enterAs(behalf, errand)
    return error === undefined ? {} : { error, errorType: errorTypeIn(Payload) }
  }

function errorTypeIn(payload: Uint8Array = new Uint8Array()): string | undefined {
  try {
    const { errorType } = JSON.parse(Buffer.from(payload).toString())
    return typeof errorType === 'string' ? errorType : undefined
  } catch {
    // A function may answer with anything, even where it fails.
    return undefined
  }
}

/** Whether Lambda has the function, and its policy lets Secrets Manager invoke it for a secret. */
export function mayInvokeLambda(
  { consider, region }: Desk,
  functionArn: string,
  sourceArn: string,
): boolean {
  const account = parseArn(sourceArn)?.account as AccountId
  const caller = serviceCaller({ principal, account, region, sourceArn })
  const input = { FunctionName: functionArn, InvocationType: 'RequestResponse' }
  try {
    const { subject, question } = consider({
      authority: { caller, identity: [] },
      service: 'lambda',
      operation: 'Invoke',
      input,
    })
    if (subject instanceof Absent || !question) return false
    return decide(question).outcome === 'allow'
  } catch (thrown) {
    // An ARN that is none, of another region, or of a house without Lambda.
    if (thrown instanceof Fault) return false
    throw thrown
  }
}

/** What the operator's API asks about rotations. Its subjects are Secrets Manager's. */
export const rotationsOf = ({ eventRecord, wakeRotation }: SecretPorts): Rotations => ({
  find: (attempt, subject) => {
    const { shelf, record } = subject as Secret
    return factsOf(attempt, shelf, record)
  },
  async list(attempt, shelf, { after, itemsMax }) {
    const from = after === undefined ? {} : { after: [after] }
    const secrets = await new SecretReader(attempt).listByName(shelf, { ...from, itemsMax })
    const found = eachOf(secrets, ({ secret }) => secret && factsOf(attempt, shelf, secret))
    const last = secrets.length === itemsMax ? secrets.at(-1) : undefined
    return { items: found.filter((facts) => facts !== undefined), next: last?.name }
  },
  async repair(attempt, subject, draws) {
    wakeRotation()
    return repairRotation(actingRooms(attempt, draws, eventRecord), subject as Secret)
  },
  async back(attempt, subject, versionId, draws) {
    wakeRotation()
    return rotateBack(actingRooms(attempt, draws, eventRecord), subject as Secret, versionId)
  },
})

function factsOf(
  attempt: Attempt,
  shelf: Secret['shelf'],
  record: SecretRecord,
): RotationFacts | undefined {
  const { name, rotation, deletedAt, primaryRegion } = record
  if (!rotation || deletedAt !== undefined || primaryRegion !== undefined) return undefined
  const arn = arnOf(shelf, name, record.suffix)
  const turn = new TurnReader(attempt).find({ shelf, name })
  return {
    arn,
    name,
    enabled: rotation.enabled,
    lambdaArn: rotation.lambdaArn,
    pendingId: unfinishedId(record.labels),
    rotatedAt: rotation.rotatedAt,
    nextAt: rotation.nextAt,
    dueAt: rotation.enabled ? rotation.dueAt : undefined,
    // That of a secret of the same name that is gone tells nothing.
    turn: turn?.arn === arn ? turn : undefined,
  }
}
