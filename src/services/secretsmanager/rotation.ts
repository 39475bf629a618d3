/**
 * What must hold before a secret is rotated, and what is kept of the wish.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
import type { RotateSecretRequest } from '../../contract/generated/secretsmanager.ts'
import { parseArn } from '../../lib/arn.ts'
import type { AccountId } from '../../lib/brand.ts'
import { sameText } from '../../lib/bytes.ts'
import { dayMs } from '../../lib/clock.ts'
import { current, holderOf, type Labels, pending, withoutLabel } from './labels.ts'
import type { Rotation, RotationRules, SecretRecord } from './records.ts'
import { isFitDuration, windowHoursMax } from './schedule.ts'
import type { Secret } from './secret.ts'
import { fault, type Rooms } from './service.ts'
import { nextWindow } from './window.ts'

/** Throws InvalidParameterException unless the rules give one schedule, and a window that fits it. */
export function mustBeFitRules(rules: RotationRules | undefined): void {
  if (!rules) return
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression, Duration } = rules
  if (days !== undefined && expression !== undefined) {
    throw unfit("You can't specify both AutomaticallyAfterDays and ScheduleExpression.")
  }
  if (days === undefined && expression === undefined) {
    throw unfit('You must specify either AutomaticallyAfterDays or ScheduleExpression.')
  }
  const hoursMax = expression === undefined ? 24 : windowHoursMax(expression)
  if (hoursMax === undefined) throw unfit('The ScheduleExpression is not valid.')
  if (!isFitDuration(Duration, hoursMax)) throw unfit('The Duration is not valid.')
}

const unfit = (words: string) => fault('InvalidParameterException', words)

/** Throws while an earlier rotation has a version that did not become current. */
export function mustNotBePending(labels: Labels): void {
  if (unfinishedId(labels) === undefined) return
  throw fault(
    'InvalidRequestException',
    "A previous rotation isn't complete. That rotation will be reattempted.",
  )
}

/** The version that a rotation began and did not finish. */
export function unfinishedId(labels: Labels): string | undefined {
  const id = holderOf(labels, pending)
  return id === holderOf(labels, current) ? undefined : id
}

const noFunction = () =>
  fault(
    'InvalidRequestException',
    'No Lambda rotation function ARN is associated with this secret.',
  )

/** The function. Throws if there is none, the caller may not invoke it, or it does not let us. */
export function mustBeInvocable(
  { mayInvoke, refusal }: Rooms,
  { arn, account }: Secret,
  functionArn: string | undefined,
): string {
  if (!functionArn) throw noFunction()
  const owner = (parseArn(functionArn)?.account ?? account) as AccountId
  // Who rotates makes the function run: nobody gains a function by way of a secret.
  const refused = refusal('lambda:InvokeFunction', { arn: functionArn, account: owner })
  if (refused) throw refused
  if (mayInvoke(functionArn, arn)) return functionArn
  throw fault(
    'AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  )
}

/** The rotation of a secret. Throws if it never had one. */
export function mustHaveRotation({ rotation }: SecretRecord): Rotation {
  if (rotation) return rotation
  throw noFunction()
}

/** Whether a request with this token made the pending version already, or the one that it became. */
export const isRepeated = ({ rotation }: SecretRecord, token: string): boolean =>
  rotation?.enabled === true && rotation.versionId === token

/** Whether a request with this token began the test that is under way. */
export const isTrialRepeated = ({ rotation }: SecretRecord, token: string): boolean =>
  rotation?.enabled === true && rotation.trial?.askedBy === token

/** The rotation as it is wanted; what the request leaves out stays. A schedule that stays runs on. */
export function wantedRotation(
  { rotation }: SecretRecord,
  { RotationRules }: RotateSecretRequest,
  lambdaArn: string,
  at: number,
): Rotation {
  const rules = RotationRules ?? rotation?.rules
  const wanted = { ...rotation, enabled: true, lambdaArn, rules }
  const runsOn = rotation?.enabled && !RotationRules
  return runsOn ? wanted : { ...wanted, ...scheduled(rules, at) }
}

/** A rotation that has its version from now on, and waits for the function. */
export const begun = (
  rotation: Rotation,
  by: { readonly versionId: string; readonly rotationToken: string },
  at: number,
): Rotation => ({
  ...rotation,
  ...scheduled(rotation.rules, at),
  ...by,
  dueAt: at,
})

/** A secret as if nobody tested its function: what a trial adds stays where it is tested. */
export function withoutTrial({ rotation, labels }: SecretRecord) {
  if (!rotation?.trial) return { rotation, labels }
  const { trial, ...rest } = rotation
  return { rotation: rest, labels: labels.filter(({ on }) => on !== trial.versionId) }
}

const scheduled = (rules: RotationRules | undefined, at: number) =>
  nextWindow(rules, at) ?? { dueAt: undefined, nextAt: undefined }

/** A rotation that is switched off; its rules and its function stay to be seen. */
export const stopped = (rotation: Rotation): Rotation => ({
  ...rotation,
  enabled: false,
  versionId: undefined,
  rotationToken: undefined,
  trial: undefined,
  ...scheduled(undefined, 0),
})

/** The rules as they are shown: to a ScheduleExpression AWS adds the days that it came to last time. */
export const shownRules = ({ rules, afterDays }: Rotation): RotationRules | undefined =>
  rules?.ScheduleExpression === undefined || afterDays === undefined
    ? rules
    : { ...rules, AutomaticallyAfterDays: afterDays }

/** What becomes of a rotation when labels move. */
export interface Followed {
  readonly rotation?: Rotation
  readonly labels?: Labels
  readonly isAbandoned?: boolean
}

/**
 * A rotation is done when its version becomes current. It is abandoned when another one does, or when
 * its version loses AWSPENDING otherwise. Each new current value begins the schedule anew.
 */
export function followed(before: SecretRecord, after: SecretRecord, at: number): Followed {
  const { rotation, labels } = after
  if (!rotation?.enabled || !before.rotation?.enabled) return {}
  const { versionId } = rotation
  const holder = holderOf(labels, current)
  const isMoved = holder !== holderOf(before.labels, current)
  const wasUnderWay = versionId !== undefined && unfinishedId(before.labels) === versionId
  if (wasUnderWay && holder === versionId) {
    const next = scheduled(rotation.rules, at)
    const afterDays = next.nextAt && Math.max(1, Math.floor((next.nextAt - at) / dayMs))
    return { rotation: { ...rotation, rotatedAt: at, afterDays, ...next } }
  }
  const isPending = holderOf(labels, pending) === versionId
  const isAbandoned = wasUnderWay && (isMoved || !isPending)
  if (!isMoved && !isAbandoned) return {}
  return {
    rotation: { ...rotation, ...scheduled(rotation.rules, at) },
    labels: isAbandoned && isPending ? withoutLabel(labels, pending) : labels,
    isAbandoned,
  }
}

/** A partner's rotation as it is kept; `undefined` if the request is about a function. */
export function externalRotation(
  { type, rotation }: SecretRecord,
  input: RotateSecretRequest,
): Rotation | undefined {
  const { ExternalSecretRotationMetadata: metadata, ExternalSecretRotationRoleArn: roleArn } = input
  if (metadata === undefined && roleArn === undefined) return undefined
  if (type === undefined) {
    throw unfit('Only a managed external secret, which has a Type, can be rotated by its partner.')
  }
  if (input.RotateImmediately !== false) {
    throw fault(
      'InvalidRequestException',
      'Managed external secrets cannot be rotated here. Set RotateImmediately to false to keep the settings.',
    )
  }
  return {
    ...(rotation && stopped(rotation)),
    // What does not rotate by itself does not say that it does.
    enabled: false,
    metadata: metadata ?? rotation?.metadata,
    roleArn: roleArn ?? rotation?.roleArn,
    rules: input.RotationRules ?? rotation?.rules,
  }
}

/** Throws if a request says that it comes from a rotation, and that rotation is not under way here. */
export function mustBeRotating(
  { rotation, labels }: SecretRecord,
  versionId: string,
  token: string | undefined,
): void {
  if (token === undefined) return
  const isUnderWay = rotation?.enabled && unfinishedId(labels) === versionId
  if (isUnderWay && sameText(rotation.rotationToken ?? '', token)) return
  throw fault('InvalidParameterException', 'The RotationToken is not valid for this version.')
}
