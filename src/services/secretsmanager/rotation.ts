/**
 * What must hold before a secret is rotated, and what is kept of the wish.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
import type { RotateSecretRequest } from '../../contract/generated/secretsmanager.ts'
import { current, holderOf, type Labels, pending } from './labels.ts'
import type { Rotation, RotationRules, SecretRecord } from './records.ts'
import { isFitDuration, windowHoursMax } from './schedule.ts'
import { fault } from './service.ts'

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

/** Throws: there is no function, or it does not let itself be invoked. */
export function mustBeInvocable(functionArn: string | undefined): never {
  if (!functionArn) throw noFunction()
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
    ...rotation,
    // What does not rotate by itself does not say that it does.
    enabled: false,
    metadata: metadata ?? rotation?.metadata,
    roleArn: roleArn ?? rotation?.roleArn,
    rules: input.RotationRules ?? rotation?.rules,
  }
}
