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

  async run(rooms, { RoleName }, { record }) {
    const role = await mustFind(rooms, 'role', RoleName)
    const { roleId, ...empty } = record
    if (roleId !== role.id) {
      const words = `Role ${RoleName} in Instance Profile ${record.name} cannot be found.`
      throw fault('NoSuchEntity', words)
    }
    await rooms.identities.replace(record, empty)
    return done
  },
})
