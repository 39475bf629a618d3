/**
 * Takes a user out of a group; one that is not in it stays out. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
 */
import { find, mustFind } from '../entity.ts'
import { done, operation } from '../service.ts'

export const removeUserFromGroup = operation('RemoveUserFromGroup', {
  action: 'iam:RemoveUserFromGroup',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),

  run(rooms, { UserName }, { record: group }) {
    const user = mustFind(rooms, 'user', UserName)
    if (!user.groupIds.includes(group.id)) return done
    const groupIds = user.groupIds.filter((id) => id !== group.id)
    rooms.identities.replace(user, { ...user, groupIds })
    return done
  },
})
