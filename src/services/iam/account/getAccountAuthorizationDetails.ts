/**
 * Every user, group, role and policy of the account with all of their permissions, page by page; of AWS's own
 * policies those that are in use.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
import { anything } from '../../operation.ts'
import { cut, pageOf } from '../page.ts'
import { operation } from '../service.ts'
import { detailsOf } from './details.ts'
import { recordsBehind, sections } from './sections.ts'

export const getAccountAuthorizationDetails = operation('GetAccountAuthorizationDetails', {
  action: 'iam:GetAccountAuthorizationDetails',
  touches: ({ caller: { account } }) => anything(account),

  async run(rooms, input) {
    const { after, shownMax } = pageOf(input, 2)
    const asked = new Set(input.Filter ?? sections.map(({ filter }) => filter))
    const found = await recordsBehind(rooms, asked, after, shownMax + 1)
    const { page, rest } = cut(found, shownMax, ({ place }) => place)
    return {
      ...(await detailsOf(
        rooms,
        page.map(({ record }) => record),
      )),
      ...rest,
    }
  },
})
