/**
 * Another description or maximum session duration for a role. Sessions that were given stay as long as
 * they were.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
 */
import { find } from '../entity.ts'
import { done, operation } from '../service.ts'

export const updateRole = operation('UpdateRole', {
  action: 'iam:UpdateRole',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),

  run({ identities }, { Description, MaxSessionDuration }, { record }) {
    identities.replace(record, {
      ...record,
      description: Description ?? record.description,
      maxSessionSeconds: MaxSessionDuration ?? record.maxSessionSeconds,
    })
    return done
  },
})
