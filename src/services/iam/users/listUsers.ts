/**
 * The account's users, by name.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
 */
import { allOf, listOf } from '../entity.ts'
import { operation } from '../service.ts'
import { userView } from '../views.ts'

export const listUsers = operation('ListUsers', {
  action: 'iam:ListUsers',
  touches: (look, { PathPrefix }) => allOf(look, 'user', PathPrefix),

  async run(rooms, input) {
    const { records, rest } = await listOf(rooms, 'user', input)
    return { Users: records.map(userView), ...rest }
  },
})
