/**
 * Ends a grant at once, for the key's administrators.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html
 */
import { mustFindGrant } from './grant-list.ts'
import { findKey } from './key.ts'
import { operation } from './service.ts'
import { mustNotBeDryRun } from './state.ts'

export const revokeGrant = operation('RevokeGrant', {
  action: 'kms:RevokeGrant',
  touches: (look, input) => findKey(look, { KeyId: input.KeyId }, { abroad: true }),

  run(rooms, input, key) {
    const grant = mustFindGrant(rooms, key, input.GrantId)
    mustNotBeDryRun(input)
    rooms.keys.removeGrant(key.shelf, grant)
    return {}
  },
})
