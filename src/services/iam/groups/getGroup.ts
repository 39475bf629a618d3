/**
 * A group and its members, by name.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
 */
import { find } from '../entity.ts'
import { cut, pageOf } from '../page.ts'
import { operation } from '../service.ts'
import { groupView, userView } from '../views.ts'

export const getGroup = operation('GetGroup', {
  action: 'iam:GetGroup',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),

  async run({ identities }, input, { record }) {
    const { after, shownMax, itemsMax } = pageOf(input, 2)
    const holders = await identities.listHolders(record.account, 'member', record.id, {
      after,
      itemsMax,
    })
    const { page, rest } = cut(holders, shownMax, ({ place }) => place)
    const users = page.flatMap((each) => (each.record?.kind === 'user' ? [each.record] : []))
    return { Group: groupView(record), Users: users.map(userView), ...rest }
  },
})
