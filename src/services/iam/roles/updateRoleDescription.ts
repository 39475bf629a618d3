/**
 * Another description for a role. UpdateRole stands in its place today.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
 */
import { find } from '../entity.ts'
import { operation } from '../service.ts'
import { roleSettings, roleView } from '../views.ts'

export const updateRoleDescription = operation('UpdateRoleDescription', {
  action: 'iam:UpdateRoleDescription',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),

  run({ identities }, { Description }, { record }) {
    const role = { ...record, description: Description }
    identities.replace(record, role)
    return { Role: { ...roleView(identities, role), ...roleSettings(role) } }
  },
})
