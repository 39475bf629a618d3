/**
 * Takes an inline policy from a user. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
 */
import { mustFindPolicy } from './inline.ts'
import { operation } from './service.ts'
import { findUser } from './user.ts'

export const deleteUserPolicy = operation('DeleteUserPolicy', {
  action: 'iam:DeleteUserPolicy',
  touches: (look, { UserName }) => findUser(look, UserName),

  run({ identities, caller }, { PolicyName }, { record }) {
    mustFindPolicy(record.policies, PolicyName)
    const { [PolicyName]: _removed, ...policies } = record.policies
    identities.putUser(caller.account, { ...record, policies })
    return {}
  },
})
