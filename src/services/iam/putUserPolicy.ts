/**
 * Gives a user an inline policy, or another text to one that it has. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
 */
import { mustBePolicy, mustFit } from './inline.ts'
import { operation } from './service.ts'
import { findUser } from './user.ts'

const charsMax = 2048

export const putUserPolicy = operation('PutUserPolicy', {
  action: 'iam:PutUserPolicy',
  touches: (look, { UserName }) => findUser(look, UserName),

  run({ identities, caller }, { PolicyName, PolicyDocument }, { record }) {
    mustBePolicy(PolicyDocument)
    const policies = { ...record.policies, [PolicyName]: PolicyDocument }
    mustFit(policies, charsMax, 'user', record.name)
    identities.putUser(caller.account, { ...record, policies })
    return {}
  },
})
