/**
 * The names of a user's inline policies.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
 */
import { pageOf, restOf } from './page.ts'
import { operation } from './service.ts'
import { findUser } from './user.ts'

export const listUserPolicies = operation('ListUserPolicies', {
  action: 'iam:ListUserPolicies',
  touches: (look, { UserName }) => findUser(look, UserName),

  run(_rooms, input, { record }) {
    const { after, itemsMax } = pageOf(input)
    const [behind = ''] = after ?? []
    const names = Object.keys(record.policies).sort()
    const page = names.filter((name) => name > String(behind)).slice(0, itemsMax)
    return { PolicyNames: page, ...restOf(page, itemsMax) }
  },
})
