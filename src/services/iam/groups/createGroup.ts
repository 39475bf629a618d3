/**
 * A new group, without members and permissions.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
 */
import { uniqueId } from '../../../lib/ids.ts'
import { mustHaveRoom, toBe } from '../entity.ts'
import type { GroupRecord } from '../records.ts'
import { operation } from '../service.ts'
import { groupView } from '../views.ts'

export const createGroup = operation('CreateGroup', {
  action: 'iam:CreateGroup',
  touches: (look, input) => toBe(look, 'group', input.GroupName, { Path: input.Path }),

  async run(rooms, { GroupName, Path = '/' }) {
    const { identities, caller, draws } = rooms
    await mustHaveRoom(rooms, 'group', GroupName)
    const group: GroupRecord = {
      kind: 'group',
      id: draws.draw('group id', () => uniqueId('AGPA')),
      account: caller.account,
      name: GroupName,
      path: Path,
      createdAt: draws.at,
      policies: {},
      attached: [],
    }
    identities.add(group)
    return { Group: groupView(group) }
  },
})
