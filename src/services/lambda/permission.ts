/**
 * Statements of resource policies, as AddPermission makes them of its parameters.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
import { randomUUID } from 'node:crypto'
import type { AddPermissionRequest } from '../../contract/generated/lambda.ts'
import { isAccountId, parseArn, partitionOf } from '../../lib/arn.ts'
import { parsePolicy } from '../../policy/document.ts'
import { PolicyError } from '../../policy/error.ts'
import { policyKey } from './function.ts'
import { latest } from './name.ts'
import { notOffered } from './offered.ts'
import { policyText } from './policy.ts'
import type { FunctionRecord, PolicyRecord, Shelf, StatementRecord } from './records.ts'
import { fault, type Rooms } from './service.ts'

const policyBytesMax = 20_480

/** The statement that a request asks for. Throws for principals and sources that are none. */
export function statementOf(input: AddPermissionRequest, arn: string, region: string) {
  if (input.FunctionUrlAuthType !== undefined) throw notOffered('FunctionUrlAuthType')
  if (input.InvokedViaFunctionUrl !== undefined) throw notOffered('InvokedViaFunctionUrl')
  if (input.EventSourceToken !== undefined) throw notOffered('EventSourceToken')
  const conditions = conditionsOf(input)
  const statement = {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalOf(input.Principal, region),
    Action: input.Action,
    Resource: arn,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  }
  const made = { sid: input.StatementId, text: JSON.stringify(statement) }
  mustBeStatement(made)
  return made
}

const serviceForm = /^[a-z0-9.-]+\.amazon(?:aws)?\.com(?:\.cn)?$/

function principalOf(principal: string, region: string): string | Record<string, string> {
  if (principal === '*') return '*'
  if (serviceForm.test(principal)) return { Service: principal }
  if (isAccountId(principal)) return { AWS: `arn:${partitionOf(region)}:iam::${principal}:root` }
  if (parseArn(principal)?.service === 'iam' || parseArn(principal)?.service === 'sts') {
    return { AWS: principal }
  }
  throw badPrincipal()
}

const badPrincipal = () =>
  fault(
    'InvalidParameterValueException',
    'The provided principal was invalid. Please check the principal and try again.',
  )

function conditionsOf({ SourceAccount, SourceArn, PrincipalOrgID }: AddPermissionRequest) {
  const equals = {
    ...(SourceAccount && { 'AWS:SourceAccount': SourceAccount }),
    ...(PrincipalOrgID && { 'aws:PrincipalOrgID': PrincipalOrgID }),
  }
  return {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(SourceArn && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
  }
}

/** What policy cannot read is not kept: it would decide about nothing. */
function mustBeStatement(statement: StatementRecord): void {
  try {
    parsePolicy(policyText({ statements: [statement] }), 'resource')
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown
    throw badPrincipal()
  }
}

/** Writes the statements of a qualifier; none removes its policy. Gives the function as it is then. */
export function changePolicy(
  { functions, draws }: Pick<Rooms, 'functions' | 'draws'>,
  shelf: Shelf,
  record: FunctionRecord,
  qualifier: string | undefined,
  statements: readonly StatementRecord[] = [],
): FunctionRecord {
  const key = policyKey(qualifier)
  if (statements.length === 0) {
    if (!record.policies.includes(key)) return record
    functions.putPolicy(shelf, record, key, undefined)
    return { ...record, policies: record.policies.filter((each) => each !== key) }
  }
  const revisionId = draws.draw('policy revision id', () => randomUUID())
  const policy: PolicyRecord = { statements, revisionId }
  const bytes = Buffer.byteLength(policyText(policy))
  if (bytes > policyBytesMax) {
    throw fault(
      'PolicyLengthExceededException',
      `The final policy size (${bytes}) is bigger than the limit (${policyBytesMax}).`,
    )
  }
  functions.putPolicy(shelf, record, key, policy)
  if (record.policies.includes(key)) return record
  return { ...record, policies: [...record.policies, key] }
}

/** `$LATEST` has no policy of its own. */
export function mustNotBeLatest(qualifier: string | undefined): void {
  if (qualifier !== latest) return
  throw fault(
    'InvalidParameterValueException',
    'We currently do not support adding policies for $LATEST.',
  )
}
