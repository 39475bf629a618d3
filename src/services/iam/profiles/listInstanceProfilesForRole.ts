/**
 * The instance profiles that a role is in.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
 */
import { eachOf } from '../../operation.ts'
import { find } from '../entity.ts'
import { cut, pageOf } from '../page.ts'
import { operation } from '../service.ts'
import { profileView } from './profile.ts'

export const listInstanceProfilesForRole = operation('ListInstanceProfilesForRole', {
  action: 'iam:ListInstanceProfilesForRole',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),

  async run({ identities }, input, { record }) {
    const { after, shownMax, itemsMax } = pageOf(input, 2)
    const holders = await identities.listHolders(record.account, 'profile', record.id, {
      after,
      itemsMax,
    })
    const { page, rest } = cut(holders, shownMax, ({ place }) => place)
    const profiles = page.flatMap((each) => (each.record?.kind === 'profile' ? [each.record] : []))
    const views = eachOf(profiles, (profile) => profileView(identities, profile))
    return { InstanceProfiles: views, ...rest }
  },
})
