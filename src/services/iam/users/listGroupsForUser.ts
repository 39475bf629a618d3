/**
 * The groups that a user is in.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
 */
import { find } from '../entity.ts'
import { pageOfList } from '../page.ts'
import { groupsOf } from '../permissions.ts'
import { operation } from '../service.ts'
import { groupView } from '../views.ts'

export const listGroupsForUser = operation('ListGroupsForUser', {
  action: 'iam:ListGroupsForUser',
  touches: (look, { UserName }) => find(look, 'user', UserName),

  run({ identities }, input, { record }) {
    const groups = groupsOf(identities, record)
    const { page, rest } = pageOfList(groups, input, ({ name }) => name)
    return { Groups: page.map(groupView), ...rest }
  },
})
