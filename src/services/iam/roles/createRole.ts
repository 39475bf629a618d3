/**
 * A new role, without any permission, that whoever its trust policy names may assume. The answer has
 * neither the maximum session duration nor the last use, as AWS's.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
import { uniqueId } from '../../../lib/ids.ts'
import { wishedBoundary } from '../boundary.ts'
import { mustHaveRoom, toBe } from '../entity.ts'
import type { RoleRecord } from '../records.ts'
import { operation } from '../service.ts'
import { fitTags, shownTags } from '../tags.ts'
import { bindTrust } from '../trust.ts'
import { roleView, shownBoundary } from '../views.ts'

const sessionSecondsDefault = 3600

export const createRole = operation('CreateRole', {
  action: 'iam:CreateRole',
  touches: (look, input) => toBe(look, 'role', input.RoleName, input),

  async run(rooms, input) {
    const { identities, caller, draws } = rooms
    const tags = fitTags('role', input.Tags)
    await mustHaveRoom(rooms, 'role', input.RoleName)
    const role: RoleRecord = {
      kind: 'role',
      id: draws.draw('role id', () => uniqueId('AROA')),
      account: caller.account,
      name: input.RoleName,
      path: input.Path ?? '/',
      createdAt: draws.at,
      trust: bindTrust(identities, input.AssumeRolePolicyDocument),
      description: input.Description,
      maxSessionSeconds: input.MaxSessionDuration ?? sessionSecondsDefault,
      tags,
      ...wishedBoundary(rooms, input.PermissionsBoundary),
      policies: {},
      attached: [],
    }
    identities.add(role)
    const view = roleView(identities, role)
    return { Role: { ...view, ...shownBoundary(role), ...shownTags(tags) } }
  },
})
