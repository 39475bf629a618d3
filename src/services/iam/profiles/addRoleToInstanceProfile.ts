/**
 * Puts a role into an instance profile, which holds one. Whoever does it must be allowed to pass the role on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
 */
import { find, foundOf, mustFind } from '../entity.ts'
import { done, fault, operation } from '../service.ts'

export const addRoleToInstanceProfile = operation('AddRoleToInstanceProfile', {
  action: 'iam:AddRoleToInstanceProfile',
  touches: (look, { InstanceProfileName }) => find(look, 'profile', InstanceProfileName),

  run(rooms, { RoleName }, { record }) {
    const role = mustFind(rooms, 'role', RoleName)
    const passed = foundOf<'role'>(role, { 'iam:PassedToService': 'ec2.amazonaws.com' })
    const refused = rooms.refusal('iam:PassRole', passed)
    if (refused) throw refused
    if (record.roleId !== undefined) {
      const quota = 'InstanceSessionsPerInstanceProfile'
      throw fault('LimitExceeded', `Cannot exceed quota for ${quota}: 1`)
    }
    rooms.identities.replace(record, { ...record, roleId: role.id })
    return done
  },
})
