/**
 * Ends a grant that has done its work: for its retiring principal, its grantee if the grant says so,
 * and the root of the account that made it. Told by a token, or by key ARN and grant id.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
 */
import type { RetireGrantRequest } from '../../contract/generated/kms.ts'
import { Absent } from '../operation.ts'
import { invalidToken } from './grant.ts'
import { mustFindGrant } from './grant-list.ts'
import { findKey } from './key.ts'
import { keyArn } from './name.ts'
import type { GrantRecord } from './records.ts'
import { fault, type Look, operation } from './service.ts'
import { mustNotBeDryRun } from './state.ts'
import type { Key } from './subject.ts'
import { parseGrantToken } from './token.ts'

export const retireGrant = operation('RetireGrant', {
  action: 'kms:RetireGrant',

  touches(look, input): (Key & { grantId: string }) | Absent {
    const { KeyId, grantId } = meant(look, input)
    const key = findKey(look, { KeyId }, { abroad: true })
    if (key instanceof Absent) return key
    const grant = look.keys.findGrant(key.shelf, key.record.id, grantId)
    return { ...key, grantId, grantAllows: grant !== undefined && mayRetire(look, grant) }
  },

  run(rooms, input, key) {
    const grant = mustFindGrant(rooms, key, key.grantId)
    mustNotBeDryRun(input)
    rooms.keys.removeGrant(key.shelf, grant)
    return {}
  },
})

function meant(look: Look, input: RetireGrantRequest): { KeyId: string; grantId: string } {
  const { GrantToken, KeyId, GrantId } = input
  if (GrantToken !== undefined) {
    const place = parseGrantToken(look.materials, GrantToken)
    if (!place) throw invalidToken()
    return { KeyId: keyArn(place.shelf, place.keyId), grantId: place.grantId }
  }
  if (KeyId !== undefined && GrantId !== undefined) return { KeyId, grantId: GrantId }
  throw fault('ValidationException', 'Give either GrantToken, or both KeyId and GrantId.')
}

function mayRetire(
  { caller }: Look,
  { retiree, grantee, operations, issuer }: GrantRecord,
): boolean {
  const names: readonly string[] = caller.roleArn ? [caller.arn, caller.roleArn] : [caller.arn]
  if (retiree !== undefined && names.includes(retiree)) return true
  if (names.includes(grantee) && operations.includes('RetireGrant')) return true
  return caller.kind === 'root' && caller.account === issuer
}
