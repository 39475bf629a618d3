/**
 * Another trust policy for a role. Holds from the next AssumeRole on; sessions that were given go on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'
import { bindTrust } from '../trust.ts'

export const updateAssumeRolePolicy = operation('UpdateAssumeRolePolicy', {
  action: 'iam:UpdateAssumeRolePolicy',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),

  run({ identities }, { PolicyDocument }, { record }) {
    const trust = bindTrust(identities, PolicyDocument)
    identities.replace(record, { ...record, trust })
    return done
  },
})
