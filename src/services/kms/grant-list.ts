/** Grants as lists tell them, and one grant found by its id. */
import type { GrantListEntry } from '../../contract/generated/kms.ts'
import { partitionOf } from '../../lib/arn.ts'
import { keyArn } from './name.ts'
import type { GrantRecord, Shelf } from './records.ts'
import { fault, type Look } from './service.ts'
import type { Key } from './subject.ts'

export const grantEntry = (shelf: Shelf, grant: GrantRecord): GrantListEntry => ({
  KeyId: keyArn(shelf, grant.keyId),
  GrantId: grant.id,
  Name: grant.name,
  CreationDate: grant.createdAt,
  GranteePrincipal: grant.grantee,
  RetiringPrincipal: grant.retiree,
  IssuingAccount: `arn:${partitionOf(shelf.region)}:iam::${grant.issuer}:root`,
  Operations: grant.operations,
  Constraints: grant.constraints,
})

/** The grant on a key. Throws NotFoundException. */
export function mustFindGrant({ keys }: Look, key: Key, id: string): GrantRecord {
  const grant = keys.findGrant(key.shelf, key.record.id, id)
  if (!grant) throw fault('NotFoundException', `Grant ID ${id} not found`)
  return grant
}
