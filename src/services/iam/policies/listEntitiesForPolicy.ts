/**
 * Everybody who holds on to a managed policy, as permission or as boundary.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
 */
import { cut, pageOf } from '../page.ts'
import { operation } from '../service.ts'
import { entitiesOf, mustBeHolder } from './entities.ts'
import { findPolicy } from './policy.ts'

/** In the order of their names, which is the order of a page. */
const relationsOf = {
  both: ['boundary', 'policy'],
  PermissionsPolicy: ['policy'],
  PermissionsBoundary: ['boundary'],
} as const

export const listEntitiesForPolicy = operation('ListEntitiesForPolicy', {
  action: 'iam:ListEntitiesForPolicy',
  touches: (look, { PolicyArn }) => findPolicy(look, PolicyArn),

  async run({ identities, caller: { account } }, input, { record }) {
    const { PolicyUsageFilter, EntityFilter, PathPrefix = '/' } = input
    const { after, shownMax, itemsMax } = pageOf(input, 3)
    const relations = relationsOf[PolicyUsageFilter ?? 'both']
    const [from = relations[0], ...place] = (after ?? []).map(String)
    const found = []
    for (const relation of relations) {
      if (relation < from || found.length >= itemsMax) continue
      const options = { after: relation === from && after ? place : undefined, itemsMax }
      const holders = await identities.listHolders(account, relation, record.id, options)
      found.push(...holders.map((holder) => ({ relation, ...holder })))
    }
    const { page, rest } = cut(found, shownMax, (each) => [each.relation, ...each.place])
    const holders = page.flatMap((each) => (each.record ? [each.record] : []))
    const kind = EntityFilter && mustBeHolder(EntityFilter)
    const fitting = holders.filter((each) => each.path.startsWith(PathPrefix))
    return { ...entitiesOf(fitting.filter((each) => !kind || each.kind === kind)), ...rest }
  },
})
