/**
 * The account's managed policies and AWS's own, the latter behind the former, each by name.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
 */
import { eachOf } from '../../operation.ts'
import { allOf } from '../entity.ts'
import { cut, pageOf } from '../page.ts'
import { operation } from '../service.ts'
import { policiesBehind } from './listing.ts'
import { policyView } from './policy.ts'

export const listPolicies = operation('ListPolicies', {
  action: 'iam:ListPolicies',
  touches: (look, { PathPrefix }) => allOf(look, 'policy', PathPrefix),

  async run(rooms, input) {
    const { identities, caller } = rooms
    const { Scope = 'All', PathPrefix = '/', OnlyAttached, PolicyUsageFilter } = input
    const { after, shownMax } = pageOf(input, 2)
    const found = await policiesBehind(rooms, Scope, after, shownMax + 1)
    const { page, rest } = cut(found, shownMax, ({ place }) => place)
    const fitting = page.filter(({ policy }) => policy.path.startsWith(PathPrefix))
    const views = eachOf(fitting, ({ policy }) => policyView(identities, caller.account, policy))
    const isAsked = ({ AttachmentCount, PermissionsBoundaryUsageCount }: (typeof views)[0]) =>
      (!OnlyAttached || AttachmentCount > 0) &&
      (PolicyUsageFilter !== 'PermissionsBoundary' || PermissionsBoundaryUsageCount > 0) &&
      (PolicyUsageFilter !== 'PermissionsPolicy' || AttachmentCount > 0)
    return { Policies: views.filter(isAsked), ...rest }
  },
})
