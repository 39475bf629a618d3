/**
 * A new managed policy with its first version, attached to nobody.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
 */
import { uniqueId } from '../../../lib/ids.ts'
import { mustHaveRoom, toBe } from '../entity.ts'
import type { PolicyRecord } from '../records.ts'
import { operation } from '../service.ts'
import { fitTags, shownTags } from '../tags.ts'
import { mustBeManagedPolicy } from './document.ts'
import { policyView } from './policy.ts'

export const createPolicy = operation('CreatePolicy', {
  action: 'iam:CreatePolicy',
  touches: (look, input) => toBe(look, 'policy', input.PolicyName, input),

  async run(rooms, { PolicyName, PolicyDocument, Path = '/', Description, Tags }) {
    const { identities, caller, draws } = rooms
    const tags = fitTags('policy', Tags)
    mustBeManagedPolicy(PolicyDocument)
    await mustHaveRoom(rooms, 'policy', PolicyName)
    const policy: PolicyRecord = {
      kind: 'policy',
      id: draws.draw('policy id', () => uniqueId('ANPA')),
      account: caller.account,
      name: PolicyName,
      path: Path,
      createdAt: draws.at,
      changedAt: draws.at,
      description: Description,
      tags,
      defaultVersionId: 'v1',
      versionsMade: 1,
      versions: [{ id: 'v1', text: PolicyDocument, createdAt: draws.at }],
    }
    identities.add(policy)
    const view = policyView(identities, caller.account, policy)
    return { Policy: { ...view, ...shownTags(tags) } }
  },
})
