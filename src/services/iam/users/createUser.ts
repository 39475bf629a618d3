/**
 * A new user, without any permission.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 */
import { uniqueId } from '../../../lib/ids.ts'
import { wishedBoundary } from '../boundary.ts'
import { mustHaveRoom, toBe } from '../entity.ts'
import type { UserRecord } from '../records.ts'
import { operation } from '../service.ts'
import { fitTags, shownTags } from '../tags.ts'
import { shownBoundary, userView } from '../views.ts'

export const createUser = operation('CreateUser', {
  action: 'iam:CreateUser',
  touches: (look, input) => toBe(look, 'user', input.UserName, input),

  async run(rooms, { UserName, Path = '/', Tags, PermissionsBoundary }) {
    const { identities, caller, draws } = rooms
    const tags = fitTags('user', Tags)
    await mustHaveRoom(rooms, 'user', UserName)
    const user: UserRecord = {
      kind: 'user',
      id: draws.draw('user id', () => uniqueId('AIDA')),
      account: caller.account,
      name: UserName,
      path: Path,
      createdAt: draws.at,
      tags,
      ...wishedBoundary(rooms, PermissionsBoundary),
      accessKeyIds: [],
      groupIds: [],
      policies: {},
      attached: [],
    }
    identities.add(user)
    return { User: { ...userView(user), ...shownBoundary(user), ...shownTags(tags) } }
  },
})
