/**
 * What rules are told of parameters: that one was made, changed, labelled or removed, and what its
 * policies brought about.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
 */
import type { Attempt } from '../../../store/attempt.ts'
import { announce } from '../../../store/outbox.ts'
import { arnOf } from '../arn.ts'
import type { Duty, ParameterRecord, Shelf } from '../records.ts'

type Operation = 'Create' | 'Update' | 'Delete' | 'LabelParameterVersion'

/** `undefined` for what no rule is told of, such as tags. */
function operationBetween(
  before: ParameterRecord | undefined,
  after: ParameterRecord,
): Operation | undefined {
  if (!before) return 'Create'
  if (before.version !== after.version) return 'Update'
  const holders = new Map(before.labels.map(({ name, on }) => [name, on]))
  const isLabelled = after.labels.some(({ name, on }) => holders.get(name) !== on)
  return isLabelled ? 'LabelParameterVersion' : undefined
}

export function announceChange(
  attempt: Attempt,
  shelf: Shelf,
  before: ParameterRecord | undefined,
  after: ParameterRecord,
  at: number,
): void {
  const operation = operationBetween(before, after)
  if (operation) tell(attempt, shelf, after, operation, at)
}

export const announceRemoval = (
  attempt: Attempt,
  shelf: Shelf,
  parameter: ParameterRecord,
  at: number,
): void => tell(attempt, shelf, parameter, 'Delete', at)

function tell(
  attempt: Attempt,
  shelf: Shelf,
  { name, type, description, dataType }: ParameterRecord,
  operation: Operation,
  at: number,
): void {
  announce(attempt, {
    ...ofParameter(shelf, name),
    detailType: 'Parameter Store Change',
    detail: { operation, name, type, 'data-type': dataType, description },
    at,
  })
}

/** What a policy brought about when its time had come. */
export function announceDuty(
  attempt: Attempt,
  shelf: Shelf,
  { name, type }: ParameterRecord,
  duty: Duty,
  at: number,
): void {
  announce(attempt, {
    ...ofParameter(shelf, name),
    detailType: 'Parameter Store Policy Action',
    detail: {
      'parameter-name': name,
      'parameter-type': type,
      'policy-type': duty.type,
      'policy-content': duty.content,
      'action-status': 'Success',
    },
    at,
  })
}

const ofParameter = (shelf: Shelf, name: string) => ({
  ...shelf,
  source: 'aws.ssm',
  resources: [arnOf(shelf, name)],
})
