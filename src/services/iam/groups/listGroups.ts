/**
 * The account's groups, by name.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html
 */
import { allOf, listOf } from '../entity.ts'
import { operation } from '../service.ts'
import { groupView } from '../views.ts'

export const listGroups = operation('ListGroups', {
  action: 'iam:ListGroups',
  touches: (look, { PathPrefix }) => allOf(look, 'group', PathPrefix),

  async run(rooms, input) {
    const { records, rest } = await listOf(rooms, 'group', input)
    return { Groups: records.map(groupView), ...rest }
  },
})
