/**
 * A role with its trust policy, percent-encoded (RFC 3986), and where it was last used.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
import { find } from '../entity.ts'
import { lastUseOf } from '../keys/last-use.ts'
import { operation } from '../service.ts'
import { shownTags } from '../tags.ts'
import { roleSettings, roleView, shownBoundary } from '../views.ts'

export const getRole = operation('GetRole', {
  action: 'iam:GetRole',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),

  async run({ identities }, _input, { record }) {
    const last = await lastUseOf(identities, record.id)
    return {
      Role: {
        ...roleView(identities, record),
        ...roleSettings(record),
        ...shownBoundary(record),
        ...shownTags(record.tags),
        RoleLastUsed: last ? { LastUsedDate: last.at, Region: last.region } : {},
      },
    }
  },
})
