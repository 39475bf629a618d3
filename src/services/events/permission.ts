/**
 * Who else may put events on a bus: its resource policy, as a whole or statement by statement.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
 */
import type {
  CreateEventBusRequest,
  PutPermissionRequest,
} from '../../contract/generated/events.ts'
import { partitionOf } from '../../lib/arn.ts'
import { parsePolicy } from '../../policy/document.ts'
import { PolicyError } from '../../policy/error.ts'
import type { Bus } from './bus.ts'
import { fault, notOffered } from './service.ts'

const policyBytesMax = 10_240

/** Throws for what a bus on AWS may have and one here has not. */
export function mustBeOfferedBus(
  input: Pick<CreateEventBusRequest, 'KmsKeyIdentifier' | 'DeadLetterConfig' | 'LogConfig'> & {
    readonly EventSourceName?: string | undefined
  },
): void {
  if (input.EventSourceName !== undefined) {
    throw notOffered('EventSourceName', 'there are no partner event sources.')
  }
  if (input.KmsKeyIdentifier) {
    throw notOffered('KmsKeyIdentifier', "events are sealed under the store's own key.")
  }
  if (input.DeadLetterConfig?.Arn !== undefined) {
    throw notOffered('DeadLetterConfig', 'dead letters are kept by the house.')
  }
  const { Level = 'OFF', IncludeDetail = 'NONE' } = input.LogConfig ?? {}
  if (Level !== 'OFF' || IncludeDetail !== 'NONE')
    throw notOffered('LogConfig', 'buses write no logs.')
}

interface Statement {
  readonly Sid?: string
}

interface Document {
  readonly Version?: string
  readonly Statement: readonly Statement[]
}

export const documentOf = ({ record }: Bus): Document => {
  const { Statement = [], ...rest } = JSON.parse(record.policy ?? '{"Version":"2012-10-17"}')
  return { ...rest, Statement: Array.isArray(Statement) ? Statement : [Statement] }
}

/** The policy's text with a further statement, in the place of one of the same id. */
export function withStatement(bus: Bus, input: PutPermissionRequest): string {
  const { StatementId, Action, Principal, Condition } = input
  if (!StatementId || !Action || !Principal) {
    throw fault(
      'ValidationException',
      'Parameter(s) StatementId, Action and Principal must be specified, or Policy.',
    )
  }
  const { shelf } = bus
  const made = {
    Sid: StatementId,
    Effect: 'Allow',
    Principal:
      Principal === '*' ? '*' : { AWS: `arn:${partitionOf(shelf.region)}:iam::${Principal}:root` },
    Action,
    Resource: bus.arn,
    ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
  }
  const document = documentOf(bus)
  const others = document.Statement.filter(({ Sid }) => Sid !== StatementId)
  return printed({ ...document, Statement: [...others, made] })
}

/** The policy's text without a statement; `undefined` when none is left. */
export function withoutStatement(bus: Bus, id: string | undefined): string | undefined {
  const document = documentOf(bus)
  const left = document.Statement.filter(({ Sid }) => Sid !== id)
  if (left.length === document.Statement.length) {
    throw fault('ResourceNotFoundException', 'Statement with the provided id does not exist.')
  }
  return left.length === 0 ? undefined : printed({ ...document, Statement: left })
}

const printed = (document: Document): string => mustBePolicy(JSON.stringify(document))

/** Throws for a text that policy cannot read: it would decide about nothing. */
export function mustBePolicy(text: string): string {
  if (Buffer.byteLength(text) > policyBytesMax) {
    throw fault('PolicyLengthExceededException', 'The policy is longer than a bus may have.')
  }
  try {
    parsePolicy(text, 'resource')
    return text
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown
    throw fault('ValidationException', 'Parameter Policy is not valid.')
  }
}
