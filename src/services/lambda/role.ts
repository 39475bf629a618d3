/**
 * The role that a function runs with: its deployer must be allowed to pass it, and it must trust Lambda.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
import { parseArn } from '../../lib/arn.ts'
import type { AccountId } from '../../lib/brand.ts'
import { contextOf } from '../../policy/context.ts'
import { decide } from '../../policy/decide.ts'
import { arnOf } from './name.ts'
import type { Shelf } from './records.ts'
import { fault, type Rooms } from './service.ts'

export const ourselves = 'lambda.amazonaws.com'

/** Throws unless the caller may give this role to a function, and Lambda may assume it. */
export function mustBePassable(
  { refusal, roles }: Rooms,
  shelf: Shelf,
  name: string,
  roleArn: string,
): void {
  const account = (parseArn(roleArn)?.account ?? '') as AccountId
  if (account !== shelf.account) {
    throw fault('AccessDeniedException', 'Cross-account pass role is not allowed.')
  }
  const functionArn = arnOf(shelf, name)
  const context = { 'iam:PassedToService': ourselves, 'iam:AssociatedResourceArn': functionArn }
  const refused = refusal('iam:PassRole', { arn: roleArn, account, shown: roleArn, context })
  if (refused) throw refused
  const trust = roles.trustOf(roleArn)
  const decision =
    trust &&
    decide({
      principal: { kind: 'service', service: ourselves },
      action: 'sts:AssumeRole',
      resource: roleArn,
      resourceAccount: account,
      context: contextOf({ 'aws:SourceArn': functionArn, 'aws:SourceAccount': account }),
      identity: [],
      resourcePolicy: trust,
    })
  if (decision?.outcome === 'allow') return
  throw fault(
    'InvalidParameterValueException',
    'The role defined for the function cannot be assumed by Lambda.',
  )
}
