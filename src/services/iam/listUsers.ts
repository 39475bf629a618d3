/**
 * The account's users, by name.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
 */
import { userArn } from './arns.ts'
import { pageOf, restOf } from './page.ts'
import { operation } from './service.ts'
import { userView } from './user.ts'

export const listUsers = operation('ListUsers', {
  action: 'iam:ListUsers',
  touches: ({ caller: { account } }) => ({ arn: userArn(account, '/', ''), account }),

  async run({ identities, caller: { account } }, input) {
    const page = pageOf(input)
    const items = await identities.listUsers(account, page)
    const users = items.map((item) => item.record)
    const shown = users.filter((user) => user.path.startsWith(input.PathPrefix ?? '/'))
    const names = items.map((item) => item.parts[1] ?? '')
    return { Users: shown.map((user) => userView(account, user)), ...restOf(names, page.itemsMax) }
  },
})
