/**
 * The account's instance profiles, by name.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html
 */
import { eachOf } from '../../operation.ts'
import { allOf, listOf } from '../entity.ts'
import { operation } from '../service.ts'
import { profileView } from './profile.ts'

export const listInstanceProfiles = operation('ListInstanceProfiles', {
  action: 'iam:ListInstanceProfiles',
  touches: (look, { PathPrefix }) => allOf(look, 'profile', PathPrefix),

  async run(rooms, input) {
    const { records, rest } = await listOf(rooms, 'profile', input)
    const views = eachOf(records, (profile) => profileView(rooms.identities, profile))
    return { InstanceProfiles: views, ...rest }
  },
})
