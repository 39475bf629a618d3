/**
 * A new instance profile, without a role.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
 */
import { uniqueId } from '../../../lib/ids.ts'
import { mustHaveRoom, toBe } from '../entity.ts'
import type { ProfileRecord } from '../records.ts'
import { operation } from '../service.ts'
import { fitTags, shownTags } from '../tags.ts'
import { profileView } from './profile.ts'

export const createInstanceProfile = operation('CreateInstanceProfile', {
  action: 'iam:CreateInstanceProfile',
  touches: (look, input) => toBe(look, 'profile', input.InstanceProfileName, input),

  async run(rooms, { InstanceProfileName, Path = '/', Tags }) {
    const { identities, caller, draws } = rooms
    const tags = fitTags('profile', Tags)
    await mustHaveRoom(rooms, 'profile', InstanceProfileName)
    const profile: ProfileRecord = {
      kind: 'profile',
      id: draws.draw('profile id', () => uniqueId('AIPA')),
      account: caller.account,
      name: InstanceProfileName,
      path: Path,
      createdAt: draws.at,
      tags,
    }
    identities.add(profile)
    return { InstanceProfile: { ...profileView(identities, profile), ...shownTags(tags) } }
  },
})
