/** What whoever sets a target must be allowed, beside setting it. */
import { namedArn } from '../../events/arns.ts'
import type { Shelf, TargetRecord } from '../../events/records.ts'
import { parseArn } from '../../lib/arn.ts'
import type { AccountId } from '../../lib/brand.ts'
import { fault, type Rooms } from './service.ts'
import { destinationOf } from './target.ts'

export const ourselves = 'events.amazonaws.com'

/**
 * Throws unless the caller may have this target called: by a role that it may pass, else by its own
 * right to call that API destination.
 */
export function mustBeReachable(
  { refusal, events }: Rooms,
  shelf: Shelf,
  ruleArn: string,
  target: TargetRecord,
): void {
  const named = destinationOf(target)
  if (!named) return
  const found = events.findDestination(shelf, named.name)
  if (found?.id !== named.id) {
    throw fault('ResourceNotFoundException', `API destination ${target.arn} does not exist.`)
  }
  const { account } = shelf
  if (target.roleArn !== undefined) {
    mustBePassable(refusal, shelf, ruleArn, target.roleArn)
    return
  }
  const arn = namedArn('api-destination', shelf, found)
  const refused = refusal('events:InvokeApiDestination', { arn, account, shown: arn })
  if (refused) throw refused
}

/** Throws unless the caller may give this role to this service. */
export function mustBePassable(
  refusal: Rooms['refusal'],
  shelf: Shelf,
  ruleArn: string,
  roleArn: string,
): void {
  const { service, account = '' } = parseArn(roleArn) ?? {}
  if (service !== 'iam' || account !== shelf.account) {
    throw fault('ValidationException', `RoleArn ${roleArn} is no role of this account.`)
  }
  const context = { 'iam:PassedToService': ourselves, 'iam:AssociatedResourceArn': ruleArn }
  const subject = { arn: roleArn, account: account as AccountId, shown: roleArn, context }
  const refused = refusal('iam:PassRole', subject)
  if (refused) throw refused
}
