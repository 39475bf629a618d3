/**
 * The account's roles, by name; without tags, boundary and last use, as AWS lists them.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
 */
import { eachOf } from '../../operation.ts'
import { allOf, listOf } from '../entity.ts'
import { operation } from '../service.ts'
import { roleSettings, roleView } from '../views.ts'

export const listRoles = operation('ListRoles', {
  action: 'iam:ListRoles',
  touches: (look, { PathPrefix }) => allOf(look, 'role', PathPrefix),

  async run(rooms, input) {
    const { records, rest } = await listOf(rooms, 'role', input)
    const views = eachOf(records, (role) => ({
      ...roleView(rooms.identities, role),
      ...roleSettings(role),
    }))
    return { Roles: views, ...rest }
  },
})
