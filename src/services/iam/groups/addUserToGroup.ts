/**
 * Puts a user into a group; one that is in it already stays. Its policies hold from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
 */
import { find, mustFind } from '../entity.ts'
import { quotas } from '../quotas.ts'
import { done, fault, operation } from '../service.ts'

const groupsMax = quotas.GroupsPerUserQuota

export const addUserToGroup = operation('AddUserToGroup', {
  action: 'iam:AddUserToGroup',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),

  run(rooms, { UserName }, { record: group }) {
    const user = mustFind(rooms, 'user', UserName)
    if (user.groupIds.includes(group.id)) return done
    if (user.groupIds.length >= groupsMax) {
      throw fault('LimitExceeded', `Cannot exceed quota for GroupsPerUser: ${groupsMax}`)
    }
    rooms.identities.replace(user, { ...user, groupIds: [...user.groupIds, group.id] })
    return done
  },
})
