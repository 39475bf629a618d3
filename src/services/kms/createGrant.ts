/**
 * Gives one principal the use of one key. Who has the right to grant only by a grant can pass on no
 * more than that grant gives. The same named grant, asked for again, is not made twice.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
 */
import { isNarrower } from './grant.ts'
import { addGrant, grantContext, grantOf, mustBeGrantable, sameGrant } from './granting.ts'
import { findKey } from './key.ts'
import { operation } from './service.ts'
import { mustBeEnabled, mustNotBeDryRun } from './state.ts'
import { printGrantToken } from './token.ts'

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

  run(rooms, input, key) {
    mustBeEnabled(key)
    mustBeGrantable(key, input)
    const { shelf, record } = key
    const others = rooms.keys.grantsTo(shelf, record.id, input.GranteePrincipal)
    const grant = grantOf(rooms, key, input)
    const known = others.find((other) => sameGrant(other, grant))
    mustNotBeDryRun(input)
    if (!known) addGrant(rooms, key, grant, others.length)
    const { id } = known ?? grant
    const place = { shelf, keyId: record.id, grantId: id }
    return { GrantToken: printGrantToken(rooms.materials, place), GrantId: id }
  },
})
