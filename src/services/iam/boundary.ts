/**
 * Permissions boundaries: a managed policy beyond which a user or role has no permission, whatever
 * its own policies allow.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
import type { AccountId } from '../../lib/brand.ts'
import { attachContext } from './attachments.ts'
import { attachedOf, findManaged } from './managed.ts'
import type { Attached, BoundedRecord } from './records.ts'
import { done, fault, type Rooms } from './service.ts'

/** The policy that is to be a boundary. Throws NoSuchEntity. */
export function mustFindBoundary({ identities }: Rooms, account: AccountId, arn: string): Attached {
  attachContext(arn)
  const policy = findManaged(identities, account, arn)
  if (policy) return attachedOf(policy)
  throw fault('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`)
}

/** The boundary of something new, if it gets one. */
export function wishedBoundary(
  rooms: Rooms,
  arn: string | undefined,
): { boundary: Attached } | undefined {
  if (arn === undefined) return undefined
  return { boundary: mustFindBoundary(rooms, rooms.caller.account, arn) }
}

export const boundaryContext = (arn: string) => ({ 'iam:PermissionsBoundary': arn })

export function putBoundary(rooms: Rooms, record: BoundedRecord, arn: string) {
  const boundary = mustFindBoundary(rooms, record.account, arn)
  rooms.identities.replace(record, { ...record, boundary })
  return done
}

export function deleteBoundary({ identities }: Rooms, record: BoundedRecord) {
  const { boundary, ...unbounded } = record
  if (!boundary) {
    throw fault(
      'NoSuchEntity',
      `The ${record.kind} with name ${record.name} does not have a permissions boundary attached.`,
    )
  }
  identities.replace(record, unbounded)
  return done
}
