/**
 * Takes the role out of an instance profile.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html
 */
import { find, mustFind } from '../entity.ts'
import { done, fault, operation } from '../service.ts'

export const removeRoleFromInstanceProfile = operation('RemoveRoleFromInstanceProfile', {
  action: 'iam:RemoveRoleFromInstanceProfile',
  touches: (look, { InstanceProfileName }) => find(look, 'profile', InstanceProfileName),

  run(rooms, { RoleName }, { record }) {
    const role = mustFind(rooms, 'role', RoleName)
    const { roleId, ...empty } = record
    if (roleId !== role.id) {
      const words = `Role ${RoleName} in Instance Profile ${record.name} cannot be found.`
      throw fault('NoSuchEntity', words)
    }
    rooms.identities.replace(record, empty)
    return done
  },
})
