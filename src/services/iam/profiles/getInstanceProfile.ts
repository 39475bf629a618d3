/**
 * An instance profile with its role.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
 */
import { find } from '../entity.ts'
import { operation } from '../service.ts'
import { profileView } from './profile.ts'

export const getInstanceProfile = operation('GetInstanceProfile', {
  action: 'iam:GetInstanceProfile',
  touches: (look, { InstanceProfileName }) => find(look, 'profile', InstanceProfileName),

  run: ({ identities }, _input, { record }) => ({
    InstanceProfile: { ...profileView(identities, record), Tags: record.tags },
  }),
})
