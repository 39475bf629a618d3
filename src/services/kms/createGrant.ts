/**
 * Gives one principal the use of one key. Who has the right to grant only by a grant can pass on no
 * more than that grant gives. The same named grant, asked for again, is not made twice.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
 */
import { randomBytes } from 'node:crypto'
import type { CreateGrantRequest } from '../../contract/generated/kms.ts'
import { grantContext, isNarrower, mustBeGrantable, sameGrant } from './grant.ts'
import { findKey } from './key.ts'
import type { GrantRecord } from './records.ts'
import { fault, operation, type Rooms } from './service.ts'
import { mustBeEnabled, mustNotBeDryRun } from './state.ts'
import type { Key } from './subject.ts'
import { printGrantToken } from './token.ts'

const grantsMax = 500

export const createGrant = operation('CreateGrant', {
  action: 'kms:CreateGrant',

  touches(look, input) {
    const wish = { operations: input.Operations, constraints: input.Constraints }
    const { EncryptionContextEquals, EncryptionContextSubset } = input.Constraints ?? {}
    return findKey(
      look,
      {
        KeyId: input.KeyId,
        GrantTokens: input.GrantTokens,
        EncryptionContext: EncryptionContextEquals ?? EncryptionContextSubset,
      },
      {
        grant: 'CreateGrant',
        within: (held) => isNarrower(wish, held),
        abroad: true,
        context: grantContext(input),
      },
    )
  },

  async run(rooms, input, key) {
    mustBeEnabled(key)
    mustBeGrantable(key, input)
    const { shelf, record } = key
    const others = await rooms.keys.grantsTo(shelf, record.id, input.GranteePrincipal)
    const grant = grantOf(rooms, key, input)
    const known = others.find((other) => sameGrant(other, grant))
    mustNotBeDryRun(input)
    if (!known) await add(rooms, key, grant, others.length)
    const { id } = known ?? grant
    const place = { shelf, keyId: record.id, grantId: id }
    return { GrantToken: printGrantToken(rooms.materials, place), GrantId: id }
  },
})

async function add(rooms: Rooms, { shelf, record }: Key, grant: GrantRecord, count: number) {
  if (count >= grantsMax) {
    throw fault(
      'LimitExceededException',
      `A principal can have at most ${grantsMax} grants on a key.`,
    )
  }
  await rooms.keys.addGrant(shelf, grant)
  if (!record.isGranted) rooms.keys.put(shelf, { ...record, isGranted: true }, record)
}

function grantOf({ draws, caller }: Rooms, key: Key, input: CreateGrantRequest): GrantRecord {
  return {
    id: draws.draw('grant id', () => randomBytes(32).toString('hex')),
    keyId: key.record.id,
    name: input.Name,
    grantee: input.GranteePrincipal,
    retiree: input.RetiringPrincipal,
    issuer: caller.account,
    operations: input.Operations,
    constraints: input.Constraints,
    createdAt: draws.at,
  }
}
